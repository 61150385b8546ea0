"""The import path that the original document uses, within this application."""

from autovet import AutonomousAIOrchestrationLayer, autonomous_ai_orchestration_layer

__all__ = ["AutonomousAIOrchestrationLayer", "autonomous_ai_orchestration_layer"]
