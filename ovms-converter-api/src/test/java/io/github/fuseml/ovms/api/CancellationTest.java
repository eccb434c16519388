package io.github.fuseml.ovms.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancellationTest {
  private final Cancellation cancellation = new Cancellation();
  private final AtomicInteger calls = new AtomicInteger();

  @Test
  void givenAHandleWhenCancelledThenItStaysSo() {
    assertThat(cancellation.isCancelled()).isFalse();

    cancellation.cancel();
    cancellation.cancel();

    assertThat(cancellation.isCancelled()).isTrue();
  }

  @Test
  void givenACallbackWhenCancelledTwiceThenItIsCalledOnce() {
    cancellation.onCancel(calls::incrementAndGet);

    cancellation.cancel();
    cancellation.cancel();

    assertThat(calls).hasValue(1);
  }

  @Test
  void givenACancelledHandleWhenACallbackIsAddedThenItIsCalledAtOnce() {
    cancellation.cancel();

    cancellation.onCancel(calls::incrementAndGet).close();

    assertThat(calls).hasValue(1);
  }

  @Test
  void givenACallbackThatIsTakenBackWhenCancelledThenItIsNotCalled() {
    Cancellation.Registration registration = cancellation.onCancel(calls::incrementAndGet);
    registration.close();
    registration.close();

    cancellation.cancel();

    assertThat(calls).hasValue(0);
  }

  @Test
  void givenTwoRunsOfOneHandleWhenOneEndsThenTheOtherIsStillCancelled() {
    List<String> cancelled = new ArrayList<>();
    cancellation.onCancel(() -> cancelled.add("first")).close();
    cancellation.onCancel(() -> cancelled.add("second"));

    cancellation.cancel();

    assertThat(cancelled).containsExactly("second");
  }

  @Test
  void givenACallbackWhenItUsesTheHandleThenNothingBlocks() {
    cancellation.onCancel(() -> {
      assertThat(cancellation.isCancelled()).isTrue();
      cancellation.cancel();
      cancellation.onCancel(calls::incrementAndGet);
    });

    cancellation.cancel();

    assertThat(calls).hasValue(1);
  }

  @Test
  void givenManyThreadsWhenTheyCancelAndAddThenEachCallbackIsCalledOnce()
      throws InterruptedException {
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      boolean cancels = i % 4 == 3;
      Thread thread = new Thread(() -> {
        await(start);
        for (int j = 0; j < 100 && !cancels; j++) {
          cancellation.onCancel(calls::incrementAndGet);
        }
        if (cancels) {
          cancellation.cancel();
        }
      });
      thread.start();
      threads.add(thread);
    }

    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(calls).hasValue(1200);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
