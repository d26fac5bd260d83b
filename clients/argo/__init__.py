"""Argo Rollouts: custom resources over the Kubernetes client, changed as its plugin changes them.

There is no API of its own: a rollout is read and patched like any object. The sources followed are
those of argo-rollouts v1.10.1, ``pkg/kubectl-argo-rollouts`` and ``utils``.
"""
