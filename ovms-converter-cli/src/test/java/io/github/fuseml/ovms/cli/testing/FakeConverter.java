package io.github.fuseml.ovms.cli.testing;

import io.github.fuseml.ovms.api.Cancellation;
import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.ConversionListener.Message;
import io.github.fuseml.ovms.api.ConversionListener.Progress;
import io.github.fuseml.ovms.api.ConversionListener.RunInfo;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.CopyResult;
import io.github.fuseml.ovms.api.Diagnosis;
import io.github.fuseml.ovms.api.Diagnosis.Check;
import io.github.fuseml.ovms.api.EngineInfo;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.ModelDescription;
import io.github.fuseml.ovms.api.ModelVersion;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.RollbackResult;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.api.StoreInfo;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.cli.engine.ConverterOptions;
import io.github.fuseml.ovms.cli.engine.ConverterSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A converter that remembers what it was asked for, and fails when it is told to. */
public final class FakeConverter implements OvmsConverter, ConverterSource {
  public final List<String> calls = new ArrayList<>();
  public final List<ConversionRequest> requests = new ArrayList<>();
  public final List<CopyRequest> copies = new ArrayList<>();
  public final List<StoreSettings> settings = new ArrayList<>();
  public List<StoreInfo> stores = SampleStores.ALL;
  public List<StoredArtifact> files = SampleStores.files("s3://bucket/model");
  public List<Check> checks = SampleStores.CHECKS;
  public ConverterOptions options;
  public RuntimeException failure;
  public Runnable duringConversion = () -> {};
  private ConversionListener listener;

  @Override
  public OvmsConverter open(ConverterOptions with, ConversionListener hearing) {
    calls.add("open");
    options = with;
    listener = hearing;
    return this;
  }

  @Override
  public ConversionPlan plan(ConversionRequest request, Cancellation cancellation) {
    note("plan", request);
    return Samples.plan(request);
  }

  @Override
  public ModelDescription inspect(ConversionRequest request, Cancellation cancellation) {
    note("inspect", request);
    return Samples.description(request);
  }

  @Override
  public ConversionResult convert(ConversionRequest request, Cancellation cancellation) {
    note("convert", request);
    RunInfo run = new RunInfo(1, "convert", request.source(), request.output());
    listener.runStarted(run);
    listener.stageStarted(run, Stage.FETCH);
    listener.progress(run, Stage.FETCH, new Progress("mnist.onnx", 512, 1024, 0, 1));
    listener.message(run, Stage.FETCH, new Message(Level.DETAIL, "a detail"));
    listener.message(run, Stage.FETCH, new Message(Level.INFO, "a note"));
    listener.message(run, Stage.FETCH, new Message(Level.WARNING, "a doubt"));
    listener.stageFinished(run, Stage.FETCH, 41_000_000);
    duringConversion.run();
    listener.runSucceeded(run);
    return Samples.result(request);
  }

  @Override
  public CopyResult copy(CopyRequest request, Cancellation cancellation) {
    note("copy", null);
    copies.add(request);
    RunInfo run = new RunInfo(1, "copy", request.source(), request.target());
    listener.runStarted(run);
    listener.stageStarted(run, Stage.COPY);
    listener.progress(run, Stage.COPY, new Progress("a.bin", 512, 3072, 1, 2));
    listener.message(run, Stage.COPY, new Message(Level.DETAIL, request.toString()));
    listener.stageFinished(run, Stage.COPY, 2_000_000_000L);
    listener.runSucceeded(run);
    return new CopyResult(files, 3072, 2_000_000_000L);
  }

  @Override
  public List<ModelVersion> versions(Location output, StoreSettings with) {
    note("versions", null);
    settings.add(with);
    return Samples.versions(output);
  }

  @Override
  public RollbackResult rollback(
      Location output, long version, StoreSettings with, Cancellation cancellation) {
    note("rollback", null);
    settings.add(with);
    return Samples.rollback(output, version);
  }

  @Override
  public List<StoredArtifact> list(Location location, StoreSettings with) {
    note("list", null);
    settings.add(with);
    return files;
  }

  @Override
  public List<StoreInfo> stores() {
    note("stores", null);
    return stores;
  }

  @Override
  public Diagnosis diagnose(Location location, StoreSettings with, boolean write) {
    note(write ? "diagnose with writing" : "diagnose", null);
    settings.add(with);
    return new Diagnosis(location, checks);
  }

  @Override
  public void warmUp() {
    calls.add("warmUp");
  }

  @Override
  public EngineInfo engineInfo() {
    note("engineInfo", null);
    return Samples.ENGINE;
  }

  @Override
  public EngineInfo installEngine(String optimizer, Consumer<String> progress) {
    return installEngine(progress);
  }

  @Override
  public EngineInfo installEngine(Consumer<String> progress) {
    note("installEngine", null);
    progress.accept("making " + Path.of("/cache/engine"));
    return Samples.ENGINE;
  }

  @Override
  public void close() {
    calls.add("close");
  }

  private void note(String call, ConversionRequest request) {
    calls.add(call);
    if (request != null) {
      requests.add(request);
    }
    if (failure != null) {
      throw failure;
    }
  }
}
