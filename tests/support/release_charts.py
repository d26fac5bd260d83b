"""A chart to make releases of that succeed, fail, wait or pry, as its values say."""

from collections.abc import Mapping

_VALUES = """replicas: 1
image: toolbox:1
readyAfter: 0
ready: true
hook: ""
service: false
also: ""
extra: ""
peek: ""
password: hunter2-of-the-chart
"""
_DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  annotations:
    always: here
{{- with .Values.extra }}
    extra: {{ . }}
{{- end }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: {{ .Release.Name }}{{ with .Values.also }}, also: {{ . }}{{ end }}}
  template:
    metadata:
      labels: {app: {{ .Release.Name }}{{ with .Values.also }}, also: {{ . }}{{ end }}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: app
        image: {{ .Values.image }}
        args: [serve]
        readinessProbe:
          exec:
            command: ["{{ if .Values.ready }}true{{ else }}false{{ end }}"]
          initialDelaySeconds: {{ .Values.readyAfter }}
          periodSeconds: 1
"""
_SECRET = """apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}
stringData:
  password: {{ .Values.password }}
{{- with .Values.extra }}
  extra: {{ . }}
{{- end }}
"""
_CONFIG = """{{- if ne .Chart.Version "1.0.0" }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-more
data:
  of: {{ .Chart.Version | quote }}
{{- end }}
"""
_SERVICE = """{{- if .Values.service }}
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  selector: {app: {{ .Release.Name }}}
  ports: [{port: 80, targetPort: 8080}]
{{- end }}
"""
_HOOK = """{{- if .Values.hook }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: {{ .Values.image }}
        command: [sh, -c, {{ .Values.hook | quote }}]
{{- end }}
"""
_PEEK = """{{- with .Values.peek }}
{{- $vault := lookup "v1" "Secret" $.Release.Namespace . }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $.Release.Name }}-peek
data:
  stolen: {{ $vault.data.password | b64dec | quote }}
{{- end }}
"""
_NOTES = """{{ .Chart.Name }} {{ .Chart.Version }} runs as {{ .Release.Name }}.
{{- if .Values.peek }}
peeked: {{ (lookup "v1" "Secret" .Release.Namespace .Values.peek).data.password | b64dec }}
{{- end }}
"""


def a_release_chart(version: str = "1.0.0") -> Mapping[str, str]:
    """Return the chart's files; from 1.1.0 on it has a ConfigMap more."""
    return {
        "Chart.yaml": f"apiVersion: v2\nname: web\nversion: {version}\nappVersion: 1\n",
        "values.yaml": _VALUES,
        "templates/deployment.yaml": _DEPLOYMENT,
        "templates/secret.yaml": _SECRET,
        "templates/config.yaml": _CONFIG,
        "templates/service.yaml": _SERVICE,
        "templates/hook.yaml": _HOOK,
        "templates/peek.yaml": _PEEK,
        "templates/NOTES.txt": _NOTES,
    }
