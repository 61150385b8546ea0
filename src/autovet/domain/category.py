"""The eleven questions that a verdict answers."""

from enum import StrEnum


class Category(StrEnum):
    """One of the eleven categories, in the order in which reports show them."""

    FACTUAL_ACCURACY = "factual_accuracy"
    CONTEXT_AWARENESS = "context_awareness"
    CONSISTENCY = "consistency"
    PRACTICALITY = "practicality"
    SECURITY = "security"
    MAINTAINABILITY = "maintainability"
    PERFORMANCE = "performance"
    CODE_QUALITY = "code_quality"
    ARCHITECTURE = "architecture"
    BUSINESS_LOGIC = "business_logic"
    INTEGRATION = "integration"
