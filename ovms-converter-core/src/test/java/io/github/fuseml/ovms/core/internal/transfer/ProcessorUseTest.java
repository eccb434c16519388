package io.github.fuseml.ovms.core.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProcessorUseTest {
  private final AtomicLong millis = new AtomicLong();
  private final AtomicLong usedMillis = new AtomicLong();
  private final ProcessorUse use = new ProcessorUse(
      2, () -> millis.get() * 1_000_000, () -> Duration.ofMillis(usedMillis.get()));

  private void pass(long time, long used) {
    millis.addAndGet(time);
    usedMillis.addAndGet(used);
  }

  @Test
  void givenAProcessThatWaitsThenTheProcessorsAreNotBusy() {
    pass(100, 90); // Of 200 on two of them.

    assertThat(use.areBusy()).isFalse();
  }

  @Test
  void givenAProcessThatUsesMostOfTheTimeThenTheyAreBusyUntilItDoesNot() {
    pass(100, 110);
    assertThat(use.areBusy()).isTrue();

    pass(10, 0);
    assertThat(use.areBusy()).as("too soon for another look").isTrue();

    pass(100, 20);
    assertThat(use.areBusy()).isFalse();
  }

  @Test
  void givenThisProcessThenItsUseIsTold() {
    assertThat(ProcessorUse.ofThisProcess().areBusy()).as("at once").isFalse();
    assertThat(ProcessHandle.current().info().totalCpuDuration()).isPresent();
  }
}
