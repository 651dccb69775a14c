"""The field's terms in both languages: who asks in one finds what is said in the other.

Only terms that mean the same; each is one thing that is asked for, however many words it has.
"""

import re
from collections.abc import Iterator

from papers.words import Term, terms

PAIRS = (
    ("思维链", "chain of thought"),
    ("上下文学习", "in-context learning"),
    ("指令微调", "instruction tuning"),
    ("微调", "fine-tuning"),
    ("预训练", "pre-training"),
    ("人类反馈", "human feedback"),
    ("强化学习", "reinforcement learning"),
    ("奖励模型", "reward model"),
    ("近端策略优化", "proximal policy optimization"),
    ("策略优化", "policy optimization"),
    ("对齐", "alignment"),
    ("涌现", "emergent"),
    ("注意力", "attention"),
    ("多查询注意力", "multi-query attention"),
    ("位置编码", "position embedding"),
    ("位置嵌入", "position embedding"),
    ("旋转位置编码", "rotary position embedding"),
    ("词向量", "word representation"),
    ("激活函数", "activation function"),
    ("扩散模型", "diffusion model"),
    ("潜空间", "latent space"),
    ("变分自编码器", "variational bayes"),
    ("生成对抗网络", "GAN"),
    ("残差网络", "residual learning"),
    ("残差", "residual"),
    ("目标检测", "object detection"),
    ("图像识别", "image recognition"),
    ("图像分割", "segmentation"),
    ("分割", "segment"),
    ("文生图", "text-to-image"),
    ("多模态", "multimodal"),
    ("视觉语言模型", "vision-language model"),
    ("大语言模型", "large language model"),
    ("语言模型", "language model"),
    ("知识图谱", "knowledge graph"),
    ("综述", "survey"),
    ("提示", "prompt"),
    ("提示学习", "prompting"),
    ("零样本", "zero-shot"),
    ("小样本", "few-shot"),
    ("自我一致性", "self-consistency"),
    ("迁移学习", "transfer learning"),
    ("元学习", "meta-learning"),
    ("缩放定律", "scaling law"),
    ("医疗", "medical"),
    ("医学", "medical"),
    ("金融", "finance"),
    ("代码生成", "code generation"),
    ("评测", "evaluation"),
    ("负采样", "negative sampling"),
    ("流水线并行", "pipeline parallelism"),
    ("模型并行", "model parallelism"),
    ("显存", "memory"),
    ("梯度检查点", "gradient checkpointing"),
    ("开源", "open source"),
    ("对话", "dialogue"),
    ("机器人", "robot"),
    ("羊驼", "alpaca"),
    ("双语", "bilingual"),
    ("抠图", "segment"),
    ("大羊驼", "llama"),
    ("小羊驼", "vicuna"),
    ("检索增强", "retrieval-augmented"),
    ("检索", "retrieval"),
    ("工具使用", "tool use"),
    ("智能体", "agent"),
    ("推理", "reasoning"),
    ("混合专家", "mixture of experts"),
    ("稀疏", "sparse"),
    ("量化", "quantization"),
    ("低秩", "low-rank"),
    ("参数高效", "parameter-efficient"),
    ("适配器", "adapter"),
    ("自监督", "self-supervised"),
    ("对比学习", "contrastive learning"),
    ("蒸馏", "distillation"),
    ("编码器", "encoder"),
    ("解码器", "decoder"),
    ("自回归", "autoregressive"),
    ("掩码", "mask"),
    ("序列到序列", "sequence to sequence"),
    ("机器翻译", "machine translation"),
    ("摘要", "summarization"),
    ("问答", "question answering"),
    ("常识", "commonsense"),
    ("幻觉", "hallucination"),
    ("无害", "harmless"),
    ("偏好", "preference"),
    ("自我指令", "self-instruct"),
    ("指令", "instruction"),
    ("语音识别", "speech recognition"),
    ("语音", "speech"),
    ("视频", "video"),
    ("图像生成", "image generation"),
    ("图像", "image"),
    ("视觉", "vision"),
    ("去噪", "denoising"),
    ("自编码器", "autoencoder"),
    ("卷积", "convolution"),
    ("神经网络", "neural network"),
    ("词嵌入", "word embedding"),
    ("分词", "tokenization"),
    ("层归一化", "layer normalization"),
    ("基准", "benchmark"),
    ("数据并行", "data parallelism"),
    ("张量并行", "tensor parallelism"),
    ("计算最优", "compute-optimal"),
    ("长文本", "long context"),
    ("自注意力", "self-attention"),
    ("交叉注意力", "cross-attention"),
    ("多头注意力", "multi-head attention"),
    ("最少到最多", "least-to-most"),
    ("自动提示", "automatic prompt"),
    ("通用人工智能", "artificial general intelligence"),
    ("情感分析", "sentiment"),
    ("教程", "tutorial"),
)


def english_pattern(phrase: str) -> str:
    """Return what finds the phrase in a question: its words, joined by a space, a hyphen or nothing, in the plural."""
    return r"(?<![^\W_])" + r"[\s-]?".join(map(re.escape, re.split(r"[\s-]", phrase))) + r"s?(?![^\W_])"


# The longer phrase comes first, so that 旋转位置编码 is not asked for as 位置编码.
IN_ORDER = sorted(PAIRS, key=lambda pair: -len(pair[0]) - len(pair[1]))
PATTERNS = [(re.compile(f"{zh}|{english_pattern(en)}", re.IGNORECASE), zh, en) for zh, en in IN_ORDER]


def glossed(text: str) -> tuple[list[Term], str]:
    """Return the terms of the glossary that a text asks for, and the text without them."""
    found: list[Term] = []
    for pattern, zh, en in PATTERNS:
        text, times = pattern.subn(" ", text)
        if times:
            found.append(Term(f"{zh} {en.lower()}", f"({both(terms(zh))} | {both(terms(f'{en} .'))})"))
    return found, text


def both(asked: Iterator[Term] | list[Term]) -> str:
    return "(" + " & ".join(term.query for term in asked) + ")"
