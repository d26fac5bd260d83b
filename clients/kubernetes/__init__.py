"""The Kubernetes API in raw JSON: configuration, session, discovery, objects, watches."""

from clients.kubernetes.objects import JsonObject, ListQuery, ObjectList, ObjectRef, ResourceType
from clients.kubernetes.opening import Kubernetes, KubernetesSettings
from clients.kubernetes.reader import KubernetesReader
from clients.kubernetes.writer import KubernetesWriter

__all__ = [
    "JsonObject",
    "Kubernetes",
    "KubernetesReader",
    "KubernetesSettings",
    "KubernetesWriter",
    "ListQuery",
    "ObjectList",
    "ObjectRef",
    "ResourceType",
]
