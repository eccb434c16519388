package io.github.fuseml.ovms.core.internal.engine;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.core.internal.engine.WorkerException.Kind;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One engine process. It is told what to do by JSON lines and answers by JSON lines; see {@code
 * worker.py} and {@code keras_export.py}. One request at a time.
 *
 * <p>The process ends with this JVM, also when that is killed: Linux is asked to kill it when the
 * <em>thread</em> that started it ends, so that thread is the one that reads its answers until the
 * process is gone.
 */
final class Worker implements AutoCloseable {
  static final int PROTOCOL = 1;

  /** A line longer than this is no answer of our script. */
  private static final int MAX_LINE = 16 * 1024 * 1024;

  private static final String BOOTSTRAP = "import sys;"
      + "exec(compile(sys.stdin.buffer.read(int(sys.argv[1])),'ovms_worker.py','exec'))";

  /** What a worker needs of the environment; credentials of stores are not among it. */
  private static final Set<String> PASSED_ON =
      Set.of("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TZ");

  private static final String[] PASSED_ON_PREFIXES = {"OV_", "OPENVINO_", "OMP_", "TBB_"};

  private final Path python;
  private final byte[] script;
  private final BlockingQueue<Line> answers = new LinkedBlockingQueue<>();
  private final ErrorOutput errors = new ErrorOutput();
  private final CountDownLatch started = new CountDownLatch(1);
  private volatile @Nullable Process process;
  private volatile @Nullable IOException startFailure;
  private volatile boolean killed;
  private String openvinoVersion = "";
  private String pythonVersion = "";
  private long lastId;

  /** A line of the process, or its end. */
  private record Line(@Nullable String text, boolean ended) {}

  private Worker(Path python, String script) {
    this.python = python;
    this.script = Resources.read(script);
  }

  /**
   * Starts a process and waits for its handshake.
   *
   * @param python the interpreter
   * @param memory the memory that it may have
   * @param limit how long the start may take
   * @return a worker that is ready
   * @throws WorkerException if the process cannot be started or has no usable OpenVINO
   */
  static Worker start(Path python, MemoryLimits memory, Duration limit)
      throws WorkerException, InterruptedException {
    return start(python, "worker.py", memory, limit);
  }

  /**
   * Starts a process with another script that speaks the same language.
   *
   * @param python the interpreter
   * @param script the resource
   * @param memory the memory that it may have
   * @param limit how long the start may take
   * @return a worker that is ready
   * @throws WorkerException if the process cannot be started
   */
  static Worker start(Path python, String script, MemoryLimits memory, Duration limit)
      throws WorkerException, InterruptedException {
    Worker worker = new Worker(python, script);
    boolean ready = false;
    try {
      worker.launch();
      worker.sendScript(memory);
      worker.awaitHello(limit);
      ready = true;
      return worker;
    } finally {
      if (!ready) {
        worker.close();
      }
    }
  }

  private void launch() throws WorkerException, InterruptedException {
    Thread owner = new Thread(this::own, "ovms-worker");
    owner.setDaemon(true);
    owner.start();
    started.await();
    IOException failure = startFailure;
    if (failure != null) {
      throw new WorkerException(Kind.UNUSABLE, "", startMessage(failure));
    }
  }

  private String startMessage(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    int error = message.indexOf("error=");
    int comma = message.indexOf(", ", Math.max(error, 0));
    return error >= 0 && comma >= 0 ? message.substring(comma + 2) : message;
  }

  /** The life of the owning thread: starts the process, reads its answers, stays until it is gone. */
  private void own() {
    ProcessBuilder builder = new ProcessBuilder(
        python.toString(), "-I", "-X", "utf8", "-c", BOOTSTRAP, Integer.toString(script.length));
    builder.environment().keySet().removeIf(name -> !isPassedOn(name));
    Process own;
    try {
      own = builder.start();
    } catch (IOException e) {
      startFailure = e;
      started.countDown();
      return;
    }
    process = own;
    started.countDown();
    if (killed) {
      own.destroyForcibly(); // Whoever wanted it was interrupted before there was a process to end.
    }
    errors.follow(own.getErrorStream());
    readAnswers(own.getInputStream());
    awaitEnd(own);
    errors.awaitEnd();
    answers.add(new Line(null, true));
  }

  private static void awaitEnd(Process process) {
    while (true) {
      try {
        process.waitFor();
        return;
      } catch (InterruptedException e) {
        process.destroyForcibly(); // Nobody interrupts this thread but to end it.
      }
    }
  }

  /** Whether an engine's process gets an environment variable. */
  static boolean isPassedOn(String name) {
    if (PASSED_ON.contains(name)) {
      return true;
    }
    for (String prefix : PASSED_ON_PREFIXES) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  private void readAnswers(InputStream stream) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (InputStream in = new BufferedInputStream(stream)) {
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n') {
          answers.add(new Line(line.toString(StandardCharsets.UTF_8), false));
          line.reset();
        } else if (line.size() < MAX_LINE) {
          line.write(b);
        }
      }
    } catch (IOException e) {
      // The process was killed; its end is reported below.
    }
    if (line.size() > 0) {
      answers.add(new Line(line.toString(StandardCharsets.UTF_8), false));
    }
  }

  private void sendScript(MemoryLimits memory) throws WorkerException {
    JsonObject settings = new JsonObject();
    settings.addProperty("parent", ProcessHandle.current().pid());
    settings.addProperty("memory_limit", memory.owned());
    settings.addProperty("page_limit", memory.pages());
    try {
      stream().write(script);
      sendLine(settings);
    } catch (IOException e) {
      // It has ended already: the handshake that does not come says why.
    }
  }

  private void awaitHello(Duration limit) throws WorkerException, InterruptedException {
    JsonObject first = next(limit.toNanos(), limit);
    try {
      int protocol = first.get("protocol").getAsInt();
      if (protocol != PROTOCOL) {
        throw garbage("protocol " + protocol + " instead of " + PROTOCOL);
      }
      openvinoVersion = first.has("openvino") ? first.get("openvino").getAsString() : "";
      pythonVersion = first.get("python").getAsString();
    } catch (RuntimeException e) { // Whatever a JSON tree of another shape makes its readers throw.
      throw garbage(first.toString());
    }
  }

  /** The interpreter that runs this worker. */
  Path python() {
    return python;
  }

  /** The version of OpenVINO; empty where the script has no use for it. */
  String openvinoVersion() {
    return openvinoVersion;
  }

  String pythonVersion() {
    return pythonVersion;
  }

  boolean isAlive() {
    Process own = process;
    return !killed && own != null && own.isAlive();
  }

  /**
   * Sends a request and waits for its answer. When this fails otherwise than by {@link Kind#REFUSED},
   * the process is gone.
   *
   * @param request the operation and its arguments; gets an id
   * @param limit how long it may take
   * @param log hears what the process prints meanwhile
   * @param parser reads the answer's result; what it throws means that the answer is garbage
   * @return what the parser made of the result
   */
  <T> T call(
      JsonObject request, Duration limit, Consumer<String> log, Function<JsonObject, T> parser)
      throws WorkerException, InterruptedException {
    long id = ++lastId;
    request.addProperty("id", id);
    boolean answered = false;
    errors.listener(log);
    try {
      try {
        sendLine(request);
      } catch (IOException e) {
        // It has ended: reported below, with what it printed.
      }
      JsonObject answer = next(limit.toNanos(), limit);
      T result = result(answer, id, parser);
      answered = true;
      return result;
    } catch (WorkerException e) {
      answered = e.kind() == Kind.REFUSED;
      throw e;
    } finally {
      errors.listener(null);
      if (!answered) {
        close();
      }
    }
  }

  private static <T> T result(JsonObject answer, long id, Function<JsonObject, T> parser)
      throws WorkerException {
    WorkerException refusal;
    try {
      if (answer.get("id").getAsLong() != id) {
        throw garbage(answer.toString());
      }
      if (!answer.has("error")) {
        return parser.apply(answer.getAsJsonObject("result"));
      }
      JsonObject error = answer.getAsJsonObject("error");
      refusal = new WorkerException(
          Kind.REFUSED,
          error.get("kind").getAsString(),
          error.get("message").getAsString(),
          error.has("remedy") ? error.get("remedy").getAsString() : "");
    } catch (RuntimeException e) { // Whatever a JSON tree of another shape makes its readers throw.
      throw garbage(answer.toString());
    }
    throw refusal;
  }

  private JsonObject next(long nanos, Duration limit) throws WorkerException, InterruptedException {
    Line line = answers.poll(nanos, TimeUnit.NANOSECONDS);
    if (line == null) {
      close();
      throw new WorkerException(
          Kind.TOO_SLOW, "", "it took longer than " + limit.toSeconds() + " s and was killed");
    }
    if (line.ended()) {
      answers.add(line); // For whoever asks again.
      throw died();
    }
    String text = String.valueOf(line.text());
    try {
      JsonObject message = JsonParser.parseString(text).getAsJsonObject();
      if (message.has("fatal")) {
        JsonObject fatal = message.getAsJsonObject("fatal");
        throw new WorkerException(
            Kind.UNUSABLE, fatal.get("kind").getAsString(), fatal.get("message").getAsString());
      }
      return message;
    } catch (
        RuntimeException
            e) { // No JSON, or whatever a tree of another shape makes its readers throw.
      throw garbage(text);
    }
  }

  private static WorkerException garbage(String text) {
    String shown = text.length() > 200 ? text.substring(0, 200) + "…" : text;
    return new WorkerException(
        Kind.GARBAGE, "", "the engine's process answered what is no answer: " + shown);
  }

  private WorkerException died() {
    Process own = process;
    int exit = own == null ? -1 : own.exitValue();
    String tail = errors.tail();
    String how =
        exit > 128 ? "was ended by signal " + (exit - 128) : "ended with exit code " + exit;
    return new WorkerException(
        Kind.DIED,
        Integer.toString(exit),
        "the engine's process " + how + (tail.isEmpty() ? "" : "; its last output: " + tail));
  }

  private OutputStream stream() throws IOException {
    Process own = process;
    if (own == null) {
      throw new IOException("not started");
    }
    return own.getOutputStream();
  }

  private void sendLine(JsonObject message) throws IOException {
    OutputStream out = stream();
    out.write((message + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** Kills the process: it keeps nothing that would be lost. */
  @Override
  public void close() {
    killed = true;
    Process own = process;
    if (own != null) {
      own.destroyForcibly();
    }
  }
}
