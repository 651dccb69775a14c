from django.urls import path

from papers.claims.views import answers, away, handing, leaving, line, partners, points, taking

urlpatterns = [
    path("papers/<int:number>/claim/", taking.claim, name="claim"),
    path("papers/<int:number>/read/", taking.read, name="read"),
    path("papers/<int:number>/waiting/", line.line, name="waiting"),
    path("papers/<int:number>/stand-in/", line.stand_in, name="stand_in"),
    path("papers/<int:number>/take-over/", line.take_over, name="take_over"),
    path("papers/<int:number>/swap/", line.swap, name="ask_to_swap"),
    path("papers/<int:number>/partners/", partners.ask, name="ask_partner"),
    path("papers/<int:number>/partners/<int:pk>/", partners.withdraw, name="withdraw_partner"),
    path("papers/<int:number>/understudy/", partners.understudy, name="understudy"),
    path("with/<str:token>/", answers.partner, name="with"),
    path("papers/bids/", handing.bids, name="bids"),
    path("papers/<int:number>/bid/", handing.bid, name="bid"),
    path("papers/<int:number>/confirm/", handing.confirm, name="confirm_paper"),
    path("organise/assign/", handing.hand_out, name="assign"),
    path("organise/assign/bids/<int:number>/", handing.open_for_bids, name="open_for_bids"),
    path("confirm/<str:token>/", answers.confirm, name="confirm"),
    path("offer/<str:token>/", answers.offer, name="offer"),
    path("swap/<str:token>/", answers.swap, name="swap"),
    path("members/points/", points.points, name="points"),
    path("members/points.csv", points.points_csv, name="points_csv"),
    path("me/away/", away.go, name="go_away"),
    path("me/away/<int:pk>/", away.back, name="come_back"),
    path("me/leave/", leaving.leave, name="leave"),
    path("organise/members/<int:pk>/role/", leaving.role, name="member_role"),
    path("organise/members/<int:pk>/remove/", leaving.remove, name="remove_member"),
]
