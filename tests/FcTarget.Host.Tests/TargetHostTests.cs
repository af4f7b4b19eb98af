// SPDX-License-Identifier: MIT

using FcTarget.Host.Options;
using FcTarget.Host.Serving;
using FcTarget.Wire.Pcap;

namespace FcTarget.Host.Tests;

[Collection("environment")]
public sealed class TargetHostTests
{
    private static readonly KeyValuePair<string, string?>[] OnNoInterface =
        [new(nameof(TargetSettings.Interface), "none0"), new(nameof(TargetSettings.Control), "none")];

    /// <summary>As by SIGTERM in the first moments of a process: it ends like a target that has served.</summary>
    [Fact]
    public async Task A_stop_that_comes_before_the_start_ends_it_with_0_and_opens_nothing() =>
        (await TargetHost.RunAsync(file: null, OnNoInterface, new CancellationToken(canceled: true))).Should().Be(ExitCodes.Success);

    [Fact]
    public async Task Without_a_stop_the_same_is_started()
    {
        Func<Task> run = () => TargetHost.RunAsync(file: null, OnNoInterface, CancellationToken.None);
        (await run.Should().ThrowAsync<Exception>()).Which.Should().Match(fault => fault is WireOpenException || fault is OperatorException);
    }
}
