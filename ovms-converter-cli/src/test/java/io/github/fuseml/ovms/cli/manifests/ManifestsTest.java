package io.github.fuseml.ovms.cli.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.github.fuseml.ovms.cli.manifests.Manifests.InferenceService;
import io.github.fuseml.ovms.cli.manifests.Manifests.Pipeline;
import io.github.fuseml.ovms.cli.manifests.Manifests.Task;
import io.github.fuseml.ovms.cli.manifests.Manifests.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The examples' manifests: every name in them is one that whoever reads them knows. */
class ManifestsTest {
  private static final Path EXAMPLES =
      Path.of(System.getProperty("ovms.examples")).getParent();
  private static final String IMAGE = "ghcr.io/fuseml/ovms-converter:";

  /** What the step's inputs are called, from the table of the contract. */
  private static final Set<String> STEP_INPUTS =
      Set.of("INPUT_MODEL", "INPUT_FORMAT", "OUTPUT_MODEL", "OUTPUT_FORMAT", "BATCH", "EXTRA_ARGS");

  private final ObjectMapper yaml = new YAMLMapper();

  /** Refuses names that a type does not have, also where Kubernetes' own types would keep them. */
  private final ObjectMapper strict = new ObjectMapper()
      .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
        private static final long serialVersionUID = 1L;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
          return false;
        }
      });

  private List<JsonNode> documents(String file) throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    for (String text : Files.readString(EXAMPLES.resolve(file)).split("(?m)^---$", -1)) {
      documents.add(yaml.readTree(text));
    }
    return documents;
  }

  private <T> T read(JsonNode document, Class<T> type) {
    try {
      return strict.treeToValue(document, type);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static void assertStepInputs(List<EnvVar> variables) {
    assertThat(variables.stream()
            .map(EnvVar::getName)
            .filter(name -> name.startsWith("FUSEML_"))
            .map(name -> name.substring("FUSEML_".length())))
        .isNotEmpty()
        .isSubsetOf(STEP_INPUTS);
  }

  @Test
  void given_the_job_then_it_is_one_of_kubernetes_and_runs_the_step() throws IOException {
    Job job = read(documents("kubernetes/job.yaml").get(0), Job.class);
    assertThat(job.getApiVersion()).isEqualTo("batch/v1");
    var pod = job.getSpec().getTemplate().getSpec();
    assertThat(pod.getContainers().get(0).getImage()).startsWith(IMAGE);
    assertThat(pod.getContainers().get(0).getSecurityContext().getReadOnlyRootFilesystem())
        .isTrue();
    assertStepInputs(pod.getContainers().get(0).getEnv());
    assertThat(job.getSpec()
            .getPodFailurePolicy()
            .getRules()
            .get(0)
            .getOnExitCodes()
            .getValues())
        .doesNotContain(0, 5, 143);
  }

  @Test
  void given_the_indexed_job_then_it_has_as_many_entries_as_completions() throws IOException {
    List<JsonNode> documents = documents("kubernetes/indexed-job.yaml");
    ConfigMap models = read(documents.get(0), ConfigMap.class);
    Job job = read(documents.get(1), Job.class);
    assertThat(job.getSpec().getCompletionMode()).isEqualTo("Indexed");
    assertThat(models.getData()).hasSize(job.getSpec().getCompletions());
    for (int index = 0; index < job.getSpec().getCompletions(); index++) {
      assertThat(models.getData()).containsKey(Integer.toString(index));
    }
    assertThat(job.getSpec()
            .getTemplate()
            .getSpec()
            .getVolumes()
            .get(1)
            .getConfigMap()
            .getName())
        .isEqualTo(models.getMetadata().getName());
  }

  @Test
  void given_the_inference_service_then_it_serves_where_the_job_publishes() throws IOException {
    InferenceService service =
        read(documents("kubernetes/inference-service.yaml").get(0), InferenceService.class);
    assertThat(service.apiVersion()).isEqualTo("serving.kserve.io/v1beta1");
    Job job = read(documents("kubernetes/job.yaml").get(0), Job.class);
    assertThat(job.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv())
        .anySatisfy(each -> assertThat(each.getValue())
            .isEqualTo(service.spec().predictor().model().storageUri()));
  }

  @Test
  void given_the_task_then_its_references_are_to_what_it_declares() throws IOException {
    Task task = read(documents("tekton/task.yaml").get(0), Task.class);
    assertThat(task.apiVersion()).isEqualTo("tekton.dev/v1");
    Set<String> declared =
        task.spec().params().stream().map(Manifests.Parameter::name).collect(Collectors.toSet());
    String text = Files.readString(EXAMPLES.resolve("tekton/task.yaml"));
    assertThat(references("\\$\\(params\\.([a-z-]+)\\)", text)).isEqualTo(new TreeSet<>(declared));
    var step = task.spec().steps().get(0);
    assertThat(step.image()).startsWith(IMAGE);
    assertThat(step.command()).containsExactly("run");
    assertStepInputs(step.env());
    assertThat(step.env()).anySatisfy(each -> {
      assertThat(each.getName()).isEqualTo("TASK_RESULT");
      assertThat(each.getValue()).isEqualTo(task.spec().results().get(0).name());
    });
  }

  @Test
  void given_the_pipeline_then_it_fits_the_task() throws IOException {
    Task task = read(documents("tekton/task.yaml").get(0), Task.class);
    Pipeline pipeline = read(documents("tekton/pipeline.yaml").get(0), Pipeline.class);
    var convert = pipeline.spec().tasks().get(0);
    assertThat(convert.taskRef().get("name")).isEqualTo(task.metadata().get("name"));
    assertThat(task.spec().params().stream().map(Manifests.Parameter::name))
        .containsAll(convert.params().stream().map(Manifests.Binding::name).toList());
    String text = Files.readString(EXAMPLES.resolve("tekton/pipeline.yaml"));
    assertThat(references("\\$\\(tasks\\.convert\\.results\\.([a-z-]+)\\)", text))
        .containsExactly(task.spec().results().get(0).name());
  }

  @Test
  void given_the_workflow_then_its_references_are_to_what_it_declares() throws IOException {
    Workflow workflow = read(documents("fuseml/workflow.yaml").get(0), Workflow.class);
    String text = Files.readString(EXAMPLES.resolve("fuseml/workflow.yaml"));
    assertThat(workflow.inputs().stream().map(Manifests.WorkflowInput::name))
        .containsAll(references("\\{\\{ inputs\\.([a-z-]+) \\}\\}", text));
    assertThat(workflow.steps().stream()
            .flatMap(step -> outputs(step).map(output -> step.name() + ".outputs." + output)))
        .containsAll(references("\\{\\{ steps\\.([a-z.-]+) \\}\\}", text));
    var converter = workflow.steps().stream()
        .filter(step -> step.image().startsWith(IMAGE))
        .findFirst()
        .orElseThrow();
    assertThat(converter.inputs().stream().map(input -> input.name().toUpperCase(Locale.ROOT)))
        .isSubsetOf(STEP_INPUTS);
    assertThat(converter.outputs()).hasSize(1);
  }

  private static Stream<String> outputs(Manifests.WorkflowStep step) {
    return step.outputs() == null
        ? Stream.of()
        : step.outputs().stream().map(Manifests.WorkflowOutput::name);
  }

  private static Set<String> references(String pattern, String text) {
    Set<String> found = new TreeSet<>();
    for (Matcher matcher = Pattern.compile(pattern).matcher(text); matcher.find(); ) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
