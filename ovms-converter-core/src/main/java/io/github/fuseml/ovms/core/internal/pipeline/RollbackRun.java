package io.github.fuseml.ovms.core.internal.pipeline;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.RollbackResult;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.VerificationFailedException;
import io.github.fuseml.ovms.core.internal.publish.Leftovers;
import io.github.fuseml.ovms.core.internal.publish.ModelPublisher;
import io.github.fuseml.ovms.core.internal.publish.ModelRepository;
import io.github.fuseml.ovms.core.internal.publish.Provenance;
import io.github.fuseml.ovms.core.internal.publish.StoredVersion;
import io.github.fuseml.ovms.core.internal.transfer.TransferEngine;
import io.github.fuseml.ovms.core.internal.transfer.TransferMeter;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Publishes the files of an older version as the newest. */
final class RollbackRun {
  private final TransferEngine transfer;

  RollbackRun(TransferEngine transfer) {
    this.transfer = transfer;
  }

  RollbackResult run(Location output, long number, ArtifactStore store, RunContext context)
      throws InterruptedException {
    StoredVersion old = context.stage(Stage.LIST, () -> find(output, number, store));
    List<Artifact> files = old.modelFiles();
    Path directory = context.workDirectory("source");
    long bytes = files.stream().mapToLong(Artifact::size).sum();
    List<StoredArtifact> fetched = context.stage(
        Stage.FETCH,
        () -> requireSame(
            old,
            transfer.download(
                store,
                old.location(),
                files,
                new TransferEngine.Target(context.workParent(), directory, false, true),
                new TransferMeter(bytes, files.size(), context::progress),
                context::info)));
    Map<String, Path> contents = new LinkedHashMap<>();
    fetched.forEach(file -> contents.put(file.path(), directory.resolve(file.path())));
    List<PublishedFile> published = fetched.stream()
        .map(file -> new PublishedFile(file.path(), file.size(), String.valueOf(file.sha256())))
        .toList();
    Function<Long, Provenance> record = version -> record(old, published, version);
    long version = context.stage(
        Stage.PUBLISH,
        () -> new ModelPublisher(
                store, new TransferMeter(bytes, files.size() + 1, context::progress))
            .publish(
                output,
                new PublishStage.Recorded(
                    contents, record, context.workDirectory("record").resolve(Provenance.FILE))));
    return new RollbackResult(
        output,
        number,
        version,
        output.resolve(Long.toString(version)),
        published,
        context.warnings());
  }

  private static StoredVersion find(Location output, long number, ArtifactStore store) {
    Leftovers.putBack(store, output);
    Problem problem = Problem.of("go back to").on("version " + number + " in " + output);
    String remedy = "choose one of those that 'ovms-converter versions' lists as complete";
    StoredVersion old = new ModelRepository(store, output)
        .version(number)
        .orElseThrow(() ->
            new NotFoundException(problem.found("there is no such version").remedy(remedy)));
    if (!old.complete()) {
      throw new ConflictException(problem.found("it is not complete").remedy(remedy));
    }
    return old;
  }

  /** What was changed since it was published is not what its record tells about. */
  private static List<StoredArtifact> requireSame(StoredVersion old, List<StoredArtifact> fetched) {
    Provenance record = old.record();
    Map<String, String> expected = new HashMap<>();
    if (record != null) {
      record.files().forEach(file -> expected.put(file.path(), file.sha256()));
    }
    for (StoredArtifact file : fetched) {
      String digest = expected.get(file.path());
      if (digest != null && !digest.equals(file.sha256())) {
        throw new VerificationFailedException(Problem.of("go back to")
            .on(old.location())
            .found("'" + file.path() + "' is not what was published: its SHA-256 is another one")
            .remedy("choose another version"));
      }
    }
    return fetched;
  }

  private static Provenance record(StoredVersion old, List<PublishedFile> files, long version) {
    Provenance record = old.record();
    Provenance base = record == null ? new Provenance(new JsonObject()) : record;
    Map<String, JsonElement> members = new LinkedHashMap<>();
    members.put("schemaVersion", new JsonPrimitive(Provenance.SCHEMA_VERSION));
    members.put("tool", new JsonPrimitive(ProvenanceWriter.tool()));
    members.put("date", new JsonPrimitive(ProvenanceWriter.now()));
    members.put("version", new JsonPrimitive(version));
    members.put("restoredFrom", new JsonPrimitive(old.number()));
    members.put("result", ProvenanceWriter.result(files));
    return base.with(members);
  }
}
