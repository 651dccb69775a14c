import email
import email.policy
import stat

from papers.mail import sending


def test_without_a_server_each_mail_is_a_file_only_we_can_read(db, queued, settings, tmp_path):
    settings.EMAIL_BACKEND = "papers.mail.files.EmailBackend"
    settings.MAIL_FOLDER = tmp_path / "mail"
    queued("bob@example.org", html="<p>论文</p>")
    queued("rita@example.org", key="../../etc/passwd")
    assert sending.send_waiting() == {"sent": 2}
    files = sorted((tmp_path / "mail").iterdir())
    assert len(files) == 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "mail").stat().st_mode) == 0o700
    mails = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    assert {mail["To"] for mail in mails} == {"bob@example.org", "rita@example.org"}
    assert all(file.suffix == ".eml" for file in files)


def test_a_folder_that_cannot_be_written_keeps_the_mail_waiting(db, queued, settings, tmp_path):
    settings.EMAIL_BACKEND = "papers.mail.files.EmailBackend"
    (tmp_path / "mail").write_text("not a folder")
    settings.MAIL_FOLDER = tmp_path / "mail"
    row = queued()
    assert sending.send_waiting() == {"waiting": 1}
    row.refresh_from_db()
    assert row.state == "waiting"
    assert row.error
