// SPDX-License-Identifier: MIT

namespace FcTarget.Port.Tests;

public sealed class ReadFlowTests
{
    private static readonly TimeSpan Ms = TimeSpan.FromMilliseconds(1);

    private readonly ReadFlow _flow = new();

    private void Send(long bytes)
    {
        for (; bytes > 0; bytes -= 2048) _flow.OnSent(2048);
    }

    [Fact]
    public void A_confirmation_is_wanted_every_128_KiB()
    {
        Send(ReadFlow.ConfirmEvery - 2048);
        _flow.WantsConfirmation.Should().BeFalse();
        Send(2048);
        _flow.WantsConfirmation.Should().BeTrue();
        _flow.OnAsked(Ms);
        _flow.WantsConfirmation.Should().BeFalse();
    }

    [Fact]
    public void A_full_window_waits_for_the_confirmation_and_goes_on_with_it()
    {
        Send(ReadFlow.ConfirmEvery);
        long position = _flow.OnAsked(Ms);
        Send(ReadFlow.Window - ReadFlow.ConfirmEvery);
        _flow.MaySend(2 * Ms).Should().BeFalse();
        _flow.OnConfirmed(position, Ms, 3 * Ms);
        _flow.MaySend(3 * Ms).Should().BeTrue();
        _flow.Unconfirmed.Should().Be(ReadFlow.Window - ReadFlow.ConfirmEvery);
        _flow.Outstanding.Should().Be(0);
    }

    [Fact]
    public void A_confirmation_that_does_not_come_is_waited_for_250_ms()
    {
        Send(ReadFlow.Window);
        _flow.OnAsked(Ms);
        _flow.MaySend(Ms).Should().BeFalse();
        _flow.NextChance.Should().Be(Ms + ReadFlow.ConfirmationWait);
        _flow.MaySend(ReadFlow.ConfirmationWait).Should().BeFalse();
        _flow.MaySend(_flow.NextChance).Should().BeTrue();
        _flow.Unconfirmed.Should().Be(0);
    }

    [Fact]
    public void A_read_longer_than_the_window_goes_on_at_the_rate_that_was_seen()
    {
        Send(ReadFlow.Window);
        long position = _flow.OnAsked(TimeSpan.Zero);
        _flow.OnConfirmed(position, TimeSpan.Zero, 5 * Ms); // 200 MB/s
        Send(ReadFlow.Window);
        _flow.MaySend(5 * Ms).Should().BeFalse();
        _flow.NextChance.TotalMilliseconds.Should().BeApproximately(10, 0.1);
        _flow.MaySend(_flow.NextChance).Should().BeTrue();
    }

    [Fact]
    public void An_old_confirmation_does_not_shrink_what_is_confirmed()
    {
        Send(ReadFlow.ConfirmEvery);
        long first = _flow.OnAsked(Ms);
        Send(ReadFlow.ConfirmEvery);
        long second = _flow.OnAsked(Ms);
        _flow.OnConfirmed(second, Ms, 2 * Ms);
        _flow.OnConfirmed(first, Ms, 2 * Ms);
        _flow.Unconfirmed.Should().Be(0);
        _flow.OnLost();
        _flow.Outstanding.Should().Be(0);
    }
}
