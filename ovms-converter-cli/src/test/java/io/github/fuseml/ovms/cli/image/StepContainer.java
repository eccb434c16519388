package io.github.fuseml.ovms.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One container of the image, run by runc as Kubernetes runs a step of OpenShift's: the root file system
 * is read-only, the user has a number that nobody knows and the group 0, no capabilities and no HOME.
 * It shares the network with the test, whose servers listen on this machine alone.
 */
final class StepContainer implements AutoCloseable {
  /** What no output and no file may hold: every secret that a test uses contains it. */
  static final String CANARY = "c4n4ry";

  private static final Path ROOT = Path.of(property("ovms.image.root"));

  /** The image's own configuration: {@code User}, {@code Env}, {@code Cmd}, {@code Labels}, … */
  static final JsonObject IMAGE = read(Path.of(property("ovms.image.config")))
      .getAsJsonObject("OCIv1")
      .getAsJsonObject("config");

  private static final long USER = 1_000_660_000;
  private static int count;

  private final Path directory;
  private final String id;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final JsonArray mounts = new JsonArray();
  private List<String> command = strings(IMAGE.getAsJsonArray("Cmd"));
  private long memoryLimit;
  private Process process;

  /** What a container did. */
  record Outcome(int code, String out, String err, String result, String terminationMessage) {
    String all() {
      return out + err + result + terminationMessage;
    }
  }

  /** A container that has not begun, with a directory of its own for what it writes. */
  StepContainer(Path parent) {
    count++;
    id = "ovms-step-" + ProcessHandle.current().pid() + "-" + count;
    directory = parent.resolve(id);
    strings(IMAGE.getAsJsonArray("Env")).forEach(this::put);
    environment.put("TASK_RESULT", "model_path");
    mounts.add(mount("/proc", "proc", "proc"));
    mounts.add(mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"));
    mounts.add(mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "ro"));
    mounts.add(mount("/dev", "tmpfs", "tmpfs", "nosuid", "mode=755"));
    mounts.add(mount("/dev/shm", "tmpfs", "shm", "mode=1777"));
    try {
      Files.createDirectories(directory);
      bind(writable("results"), "/tekton/results");
      bind(writable("tmp"), "/tmp");
      Path log = Files.createFile(directory.resolve("termination-log"));
      Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-rw-rw-"));
      bind(log, "/dev/termination-log");
      Files.createFile(directory.resolve("stdout"));
      Files.createFile(directory.resolve("stderr"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String property(String name) {
    String value = System.getProperty(name, "");
    if (value.isEmpty()) {
      throw new IllegalStateException(name + " is not set: run bin/test-image");
    }
    return value;
  }

  private static JsonObject read(Path file) {
    try {
      return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> strings(JsonArray array) {
    List<String> strings = new ArrayList<>();
    array.forEach(each -> strings.add(each.getAsString()));
    return strings;
  }

  private static JsonArray array(List<String> strings) {
    JsonArray array = new JsonArray();
    strings.forEach(array::add);
    return array;
  }

  private static JsonObject mount(String target, String type, String source, String... options) {
    JsonObject mount = new JsonObject();
    mount.addProperty("destination", target);
    mount.addProperty("type", type);
    mount.addProperty("source", source);
    mount.add("options", array(List.of(options)));
    return mount;
  }

  private Path writable(String name) throws IOException {
    Path made = Files.createDirectory(directory.resolve(name));
    return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private void put(String assignment) {
    int equals = assignment.indexOf('=');
    environment.put(assignment.substring(0, equals), assignment.substring(equals + 1));
  }

  StepContainer with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  StepContainer with(Map<String, String> variables) {
    environment.putAll(variables);
    return this;
  }

  StepContainer command(String... words) {
    command = List.of(words);
    return this;
  }

  StepContainer memoryLimit(long bytes) {
    memoryLimit = bytes;
    return this;
  }

  /** Shows a file or directory of this machine's inside. */
  StepContainer bind(Path source, String target, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("rbind");
    mounts.add(mount(target, "bind", source.toString(), all.toArray(String[]::new)));
    return this;
  }

  /** What the container left below /tmp. */
  List<String> temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("tmp"))) {
      return files.skip(1).map(Path::toString).toList();
    }
  }

  StepContainer start() throws IOException {
    Files.writeString(directory.resolve("config.json"), config().toString());
    process = new ProcessBuilder(
            "runc",
            "--root",
            directory.resolve("runc").toString(),
            "run",
            "-b",
            directory.toString(),
            id)
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectOutput(directory.resolve("stdout").toFile())
        .redirectError(directory.resolve("stderr").toFile())
        .start();
    return this;
  }

  private JsonObject config() {
    JsonObject user = new JsonObject();
    user.addProperty("uid", USER);
    user.addProperty("gid", 0);
    JsonObject started = new JsonObject();
    started.add("user", user);
    started.add("args", array(command));
    started.add(
        "env",
        array(environment.entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .toList()));
    started.addProperty("cwd", IMAGE.get("WorkingDir").getAsString());
    started.addProperty("noNewPrivileges", true);
    JsonObject root = new JsonObject();
    root.addProperty("path", ROOT.toString());
    root.addProperty("readonly", true);
    JsonObject config = new JsonObject();
    config.addProperty("ociVersion", "1.0.2");
    config.add("process", started);
    config.add("root", root);
    config.add("mounts", mounts);
    config.add("linux", linux());
    return config;
  }

  private JsonObject linux() {
    JsonArray namespaces = new JsonArray();
    for (String type : List.of("pid", "mount", "ipc", "uts")) {
      JsonObject namespace = new JsonObject();
      namespace.addProperty("type", type);
      namespaces.add(namespace);
    }
    JsonObject linux = new JsonObject();
    linux.add("namespaces", namespaces);
    if (memoryLimit > 0) {
      JsonObject memory = new JsonObject();
      memory.addProperty("limit", memoryLimit);
      JsonObject resources = new JsonObject();
      resources.add("memory", memory);
      linux.add("resources", resources);
    }
    return linux;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends the signal that stops a pod, and tells how long the container then took. */
  long terminate() throws Exception {
    long start = System.nanoTime();
    Process kill = new ProcessBuilder(
            "runc", "--root", directory.resolve("runc").toString(), "kill", id, "TERM")
        .inheritIO()
        .start();
    assertThat(kill.waitFor()).isZero();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  /** Waits for its end and looks for canaries in everything that it wrote. */
  Outcome finish() throws Exception {
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("the container ends").isTrue();
    Path result = directory.resolve("results/" + environment.get("TASK_RESULT"));
    Outcome outcome = new Outcome(
        process.exitValue(),
        text("stdout"),
        text("stderr"),
        Files.isRegularFile(result) ? Files.readString(result) : "",
        text("termination-log"));
    assertThat(outcome.all()).doesNotContain(CANARY);
    for (String file : temporaryFiles()) {
      assertThat(file).doesNotContain(CANARY);
    }
    return outcome;
  }

  Outcome run() throws Exception {
    return start().finish();
  }

  String text(String name) throws IOException {
    return Files.readString(directory.resolve(name));
  }

  @Override
  public void close() throws IOException {
    if (process != null && process.isAlive()) {
      new ProcessBuilder("runc", "--root", directory.resolve("runc").toString(), "kill", id, "KILL")
          .start()
          .onExit()
          .join();
      process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
  }
}
