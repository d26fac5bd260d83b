{{- define "skyflo-mcp.name" -}}
{{ .Values.service.name }}
{{- end }}

{{/* Cluster-wide objects carry the namespace, so that two installations do not share them. */}}
{{- define "skyflo-mcp.clusterName" -}}
{{ .Release.Namespace }}-{{ include "skyflo-mcp.name" . }}
{{- end }}

{{- define "skyflo-mcp.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "skyflo-mcp.name" .) }}
{{- end }}

{{- define "skyflo-mcp.fingerprintSecret" -}}
{{ .Values.fingerprintKey.existingSecret | default (printf "%s-fingerprint" (include "skyflo-mcp.name" .)) }}
{{- end }}

{{- define "skyflo-mcp.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "skyflo-mcp.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "skyflo-mcp.labels" -}}
{{ include "skyflo-mcp.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: skyflo
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* "true" where a toolset's Secrets are open: as said, or, unsaid, unless readOnly. */}}
{{- define "skyflo-mcp.opensSecrets" -}}
{{- $said := index .root.Values.secrets .toolset -}}
{{- if kindIs "bool" $said -}}{{ $said }}{{- else -}}{{ not .root.Values.readOnly }}{{- end -}}
{{- end }}

{{/* The rules of the offered toolsets: "parts" says which (namespaced, cluster); Secrets by their switches. */}}
{{- define "skyflo-mcp.rules" -}}
{{- $root := .root -}}
{{- $parts := .parts -}}
{{- $granted := $root.Files.Get "files/permissions.yaml" | fromYaml -}}
{{- $classes := ternary (list "read") (list "read" "write" "destroy") $root.Values.readOnly -}}
{{- $rules := list -}}
{{- range $toolset := $root.Values.toolsets -}}
  {{- $open := include "skyflo-mcp.opensSecrets" (dict "root" $root "toolset" $toolset) -}}
  {{- range $class := $classes -}}
    {{- $found := dig $toolset $class dict $granted -}}
    {{- range $part := $parts -}}
      {{- $rules = concat $rules (dig $part list $found) -}}
    {{- end -}}
    {{- if eq $open "true" -}}
      {{- range $rule := dig "secrets" list $found -}}
        {{- if and (eq $toolset "jenkins") $root.Values.secrets.jenkinsNames -}}
          {{- $rule = merge (dict "resourceNames" $root.Values.secrets.jenkinsNames) $rule -}}
        {{- end -}}
        {{- $rules = append $rules $rule -}}
      {{- end -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- /* Releases in ConfigMaps: helm updates these, and nothing but its records. */ -}}
{{- $driver := dig "helm_driver" "secret" $root.Values.settings -}}
{{- if and (has "helm" $root.Values.toolsets) (eq $driver "configmap") (not $root.Values.readOnly) -}}
  {{- $update := dict "apiGroups" (list "") "resources" (list "configmaps") "verbs" (list "update") -}}
  {{- $rules = append $rules $update -}}
{{- end -}}
{{- if $root.Values.rbac.everything -}}
  {{- $verbs := ternary (list "get" "list" "watch") (list "*") $root.Values.readOnly -}}
  {{- $rules = list (dict "apiGroups" (list "*") "resources" (list "*") "verbs" $verbs) -}}
{{- end -}}
{{- $rules = concat $rules $root.Values.rbac.extraRules -}}
{{- toYaml ($rules | uniq) -}}
{{- end }}
