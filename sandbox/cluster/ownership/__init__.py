"""Who owns which field: structured-merge-diff and managedFields, as the API server keeps them.

Follows sigs.k8s.io/structured-merge-diff v6 and apimachinery `pkg/util/managedfields`.
"""
