package io.github.fuseml.ovms.core.internal.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.Verification;
import io.github.fuseml.ovms.api.VerificationFailedException;
import io.github.fuseml.ovms.api.VerificationReport;
import io.github.fuseml.ovms.core.internal.engine.WorkerPool.Lease;
import io.github.fuseml.ovms.spi.EngineLog;
import io.github.fuseml.ovms.spi.Optimizer.Check;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Checks an IR by running it, and by what its source model gives for the same inputs. */
final class ModelCheck {
  private static final String CODE =
      new String(Resources.read("verify_model.py"), StandardCharsets.UTF_8);

  private final WorkerPool pool;
  private final Path home;
  private final Duration timeLimit;

  ModelCheck(WorkerPool pool, Path home, Duration timeLimit) {
    this.pool = pool;
    this.home = home;
    this.timeLimit = timeLimit;
  }

  VerificationReport run(Check check, EngineLog log) throws InterruptedException {
    boolean compares = check.level() == Verification.COMPARE;
    // What cannot be compared is said before anything is run.
    SourceRuntime runtime = compares ? SourceRuntime.of(check.source(), home, timeLimit) : null;
    Path work = check.source().workDirectory();
    JsonObject request = new JsonObject();
    request.addProperty("op", "run");
    JsonObject code = new JsonObject();
    code.addProperty("verify_model", CODE);
    request.add("code", code);
    request.addProperty("xml", check.xml().toString());
    if (check.example() != null) {
      request.addProperty("example", check.example().toString());
    }
    SourceRuntime.Exchange exchange = SourceRuntime.Exchange.in(work);
    if (compares) {
      request.addProperty("inputs", exchange.inputs().toString());
      request.addProperty("outputs", exchange.outputs().toString());
      request.addProperty("names", exchange.names().toString());
    }
    if (runtime == null) {
      return report(check, run(request, log), null);
    }
    return compare(check, request, runtime, exchange, log);
  }

  /** A source model may be more particular about its inputs than the converted one. */
  private VerificationReport compare(
      Check check,
      JsonObject request,
      SourceRuntime runtime,
      SourceRuntime.Exchange exchange,
      EngineLog log)
      throws InterruptedException {
    VerificationFailedException rejected = null;
    while (true) {
      JsonObject ran;
      try {
        ran = run(request, log);
      } catch (VerificationFailedException e) {
        throw rejected == null ? e : rejected; // There are no other inputs.
      }
      try {
        JsonObject compared = runtime.compare(exchange, check.tolerance(), log);
        VerificationReport report = report(check, ran, compared);
        requireClose(report, compared);
        return report;
      } catch (SourceRuntime.RejectedInputsException e) {
        rejected = rejected == null ? e.failure() : rejected;
        request.addProperty("rejected", ran.get("attempts").getAsInt());
      }
    }
  }

  private JsonObject run(JsonObject request, EngineLog log) throws InterruptedException {
    try (Lease lease = pool.acquire(log)) {
      JsonObject ran = lease.worker().call(request, timeLimit, log::output, result -> result);
      String note = ran.get("note").getAsString();
      if (!note.isEmpty()) {
        log.info(note);
      }
      return ran;
    } catch (WorkerException e) {
      throw new VerificationFailedException(
          Problem.of("verify the converted model by running it")
              .found(e.reason())
              .remedy("look whether the source model does the same where it was made; give shapes"
                  + " for open dimensions (--input-shape), or verify by loading (--verify load)"),
          e);
    }
  }

  private static VerificationReport report(
      Check check, JsonObject ran, @org.jspecify.annotations.Nullable JsonObject compared) {
    List<VerificationReport.Output> outputs = new ArrayList<>();
    JsonArray told = ran.getAsJsonArray("outputs");
    for (int i = 0; i < told.size(); i++) {
      JsonObject output = told.get(i).getAsJsonObject();
      JsonElement difference =
          compared == null ? null : compared.getAsJsonArray("outputs").get(i);
      outputs.add(new VerificationReport.Output(
          output.get("name").getAsString(),
          output.get("shape").getAsString(),
          difference == null ? null : real(difference, "absolute"),
          difference == null ? null : real(difference, "relative")));
    }
    return new VerificationReport(
        check.level(),
        ran.get("inputs").getAsString(),
        compared == null ? null : compared.get("runtime").getAsString(),
        compared == null ? null : (Double) check.tolerance(),
        outputs);
  }

  private static Double real(JsonElement object, String name) {
    return object.getAsJsonObject().get(name).getAsDouble();
  }

  private static void requireClose(VerificationReport report, JsonObject compared) {
    JsonArray differences = compared.getAsJsonArray("outputs");
    for (int i = 0; i < differences.size(); i++) {
      if (differences.get(i).getAsJsonObject().get("beyond").getAsBoolean()) {
        VerificationReport.Output output = report.outputs().get(i);
        throw new VerificationFailedException(
            Problem.of("verify the converted model by comparing it with its source")
                .found(String.format(
                    Locale.ROOT,
                    "its output '%s' differs from that of %s by up to %.3g, relatively %.3g, which"
                        + " is more than the tolerance of %s",
                    output.name(),
                    report.runtime(),
                    output.absolute(),
                    output.relative(),
                    report.tolerance()))
                .remedy("allow a larger difference (--tolerance), or leave the weights as they are"
                    + " if they were to be made smaller (--data-type)"));
      }
    }
  }
}
