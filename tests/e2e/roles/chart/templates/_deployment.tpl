{{- define "deployment" }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name }}
  labels: {owner: helm, name: {{ .root.Release.Name }}}
  annotations:
    colour: {{ .root.Values.colour }}
{{- with .hook }}
    helm.sh/hook: {{ . }}
{{- end }}
spec:
  replicas: {{ .replicas }}
  selector:
    matchLabels: {app: {{ .name }}}
  template:
    metadata:
      labels: {app: {{ .name }}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: main
          image: {{ .image }}
{{- if .crashes }}
          command: [sh, -c, "echo told by the pod; exit 1"]
{{- end }}
{{- end }}
