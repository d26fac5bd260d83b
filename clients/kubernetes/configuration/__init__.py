"""Which cluster, as whom: kubeconfigs, login programs, the pod's ServiceAccount."""
