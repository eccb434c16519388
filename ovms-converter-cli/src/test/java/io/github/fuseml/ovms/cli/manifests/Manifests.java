package io.github.fuseml.ovms.cli.manifests;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Map;

/**
 * The schemas of manifests that have no library of types here, as far as the examples use them: Tekton's
 * (Task and Pipeline, tekton.dev/v1), KServe's InferenceService (serving.kserve.io/v1beta1), FuseML's
 * workflow. What they take from Kubernetes is Kubernetes' own.
 */
final class Manifests {
  private Manifests() {}

  record Task(String apiVersion, String kind, Map<String, String> metadata, TaskSpec spec) {}

  record TaskSpec(
      String description,
      List<Parameter> params,
      List<Workspace> workspaces,
      List<Result> results,
      List<Step> steps,
      List<Volume> volumes) {}

  record Parameter(
      String name,
      String type,
      String description,
      @JsonProperty("default") String defaultValue) {}

  record Workspace(String name, String description, String mountPath, boolean optional) {}

  record Result(String name, String type, String description, String value) {}

  record Step(
      String name,
      String image,
      List<String> command,
      List<String> args,
      List<EnvVar> env,
      List<EnvFromSource> envFrom,
      ResourceRequirements computeResources,
      SecurityContext securityContext,
      List<VolumeMount> volumeMounts) {}

  record Pipeline(
      String apiVersion, String kind, Map<String, String> metadata, PipelineSpec spec) {}

  record PipelineSpec(
      String description, List<Parameter> params, List<PipelineTask> tasks, List<Result> results) {}

  record PipelineTask(
      String name, Map<String, String> taskRef, TaskSpec taskSpec, List<Binding> params) {}

  record Binding(String name, String value) {}

  record InferenceService(
      String apiVersion, String kind, Map<String, String> metadata, ServiceSpec spec) {}

  record ServiceSpec(Predictor predictor) {}

  record Predictor(String serviceAccountName, Model model) {}

  record Model(
      Map<String, String> modelFormat,
      String runtime,
      String protocolVersion,
      String storageUri,
      ResourceRequirements resources) {}

  record Workflow(
      String name,
      String description,
      List<WorkflowInput> inputs,
      List<WorkflowOutput> outputs,
      List<WorkflowStep> steps) {}

  record WorkflowInput(
      String name,
      String description,
      String type,
      @JsonProperty("default") String defaultValue) {}

  record WorkflowOutput(String name, String description, String type) {}

  record WorkflowStep(
      String name,
      String image,
      List<StepInput> inputs,
      List<WorkflowOutput> outputs,
      List<Extension> extensions,
      List<Binding> env) {}

  record StepInput(String name, Object value, Map<String, String> codeset) {}

  record Extension(
      String name,
      String product,
      @JsonProperty("service_resource") String service) {}
}
