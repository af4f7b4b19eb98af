// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.LogicalUnits;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Scsi;
using FcTarget.Stmf;
using FcTarget.TestKit;
using FcTarget.Wire;

namespace FcTarget.Initiator.Tests;

/// <summary>The client as programs use it: two loops on two threads, in real time.</summary>
public sealed class InitiatorClientTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly Lun Lun0 = Lun.FromNumber(0);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Thread> _threads = [];
    private readonly MemoryStore _store = new(8 << 20);
    private readonly HeldUnit _held = new();
    private readonly FcPort _target, _initiator;
    private readonly InitiatorClient _client;
    private readonly Wwn _targetName;

    public InitiatorClientTests()
    {
        MemorySegment segment = new();
        _target = NewPort(segment.Attach("target", new MacAddress(0x02_00_00_00_00_10ul)));
        _initiator = NewPort(segment.Attach("initiator", new MacAddress(0x02_00_00_00_00_20ul)));
        TaskRouter router = new();
        router.Luns.Add(0, new BlockDevice(new BlockDeviceOptions { Identity = new LogicalUnitIdentity("disk", 1, "disk") }, _store));
        router.Luns.Add(1, _held);
        _target.AddTarget(router);
        _client = new InitiatorClient(FcpInitiator.AddTo(_initiator));
        _targetName = _target.Local.PortName;
    }

    [Fact]
    public async Task Client_finds_the_target_its_logical_units_and_their_size_and_moves_data()
    {
        InitiatorTarget target = await Begin();

        (await _client.ReportLunsAsync(target)).Should().Equal(Lun.FromNumber(0), Lun.FromNumber(1));
        await _client.WaitUntilReadyAsync(target, Lun0);
        (await _client.InquiryAsync(target, Lun0)).AsSpan(8, 8).ToArray().Should().Equal("FCTARGET"u8.ToArray());
        (await _client.InquiryAsync(target, Lun0, page: 0x83))[1].Should().Be(0x83);
        DiskCapacity capacity = await _client.ReadCapacityAsync(target, Lun0);
        capacity.Should().Be(new DiskCapacity((8 << 20) / 512, 512));

        byte[] data = InitiatorRig.Pattern(1 << 20), back = new byte[data.Length];
        (await _client.WriteAsync(target, Lun0, 7, 2048, data)).IsGood.Should().BeTrue();
        (await _client.SynchronizeCacheAsync(target, Lun0)).IsGood.Should().BeTrue();
        (await _client.ReadAsync(target, Lun0, 7, 2048, back)).Should().Match<ScsiResult>(r => r.IsGood && r.BytesMoved == back.Length);
        back.AsSpan().SequenceEqual(data).Should().BeTrue();
        _client.Initiator.Counters.Violations().Should().BeEmpty();
    }

    [Fact]
    public async Task Many_tasks_at_once_keep_their_data_apart()
    {
        InitiatorTarget target = await Begin();
        await _client.WaitUntilReadyAsync(target, Lun0);

        await Task.WhenAll(Enumerable.Range(0, 32).Select(async worker =>
        {
            byte[] data = InitiatorRig.Pattern(16384, worker), back = new byte[data.Length];
            for (int i = 0; i < 8; i++)
            {
                (await _client.WriteAsync(target, Lun0, (ulong)(worker * 32), 32, data)).IsGood.Should().BeTrue();
                (await _client.ReadAsync(target, Lun0, (ulong)(worker * 32), 32, back)).IsGood.Should().BeTrue();
                back.AsSpan().SequenceEqual(data).Should().BeTrue();
            }
        }));
        _client.Initiator.Counters.Violations().Should().BeEmpty();
    }

    [Fact]
    public async Task Cancelled_command_ends_as_aborted()
    {
        InitiatorTarget target = await Begin();
        await _client.ExecuteAsync(target, Lun.FromNumber(1), Cdbs.TestUnitReady); // the unit attention
        using CancellationTokenSource cancellation = new();
        Task<ScsiResult> held = _client.ExecuteAsync(target, Lun.FromNumber(1), Cdbs.TestUnitReady, cancellation: cancellation.Token);

        await cancellation.CancelAsync();
        (await held.WaitAsync(Patience)).Outcome.Should().Be(InitiatorOutcome.Aborted);
    }

    [Fact]
    public async Task Logout_is_heard_of_and_a_command_after_it_ends_as_port_lost()
    {
        TaskCompletionSource<InitiatorTarget> lost = new();
        _client.TargetLost += lost.SetResult;
        InitiatorTarget target = await Begin();

        _client.LogOut(target);
        (await lost.Task.WaitAsync(Patience)).Should().Be(target);
        _client.Targets.Should().BeEmpty();
        (await _client.TestUnitReadyAsync(target, Lun0)).Outcome.Should().Be(InitiatorOutcome.PortLost);
    }

    [Fact]
    public async Task Logical_unit_reset_is_followed_by_its_unit_attention()
    {
        InitiatorTarget target = await Begin();
        await _client.WaitUntilReadyAsync(target, Lun0);

        (await _client.ManageAsync(target, Lun0, FcpTaskManagementFlags.LogicalUnitReset)).RspCode
            .Should().Be(FcpRspCode.TaskManagementFunctionComplete);
        (await _client.TestUnitReadyAsync(target, Lun0)).Sense.Should().Be(Sense.BusDeviceResetFunctionOccurred);
    }

    [Fact]
    public async Task Command_whose_data_is_asked_for_throws_what_it_ended_with()
    {
        InitiatorTarget target = await Begin();

        Func<Task> inquiry = () => _client.ReadCapacityAsync(target, Lun.FromNumber(5));
        (await inquiry.Should().ThrowAsync<ScsiCommandException>()).Which.Result.Sense.Should().Be(Sense.LogicalUnitNotSupported);
    }

    [Fact]
    public async Task Waiting_for_a_target_that_does_not_come_ends_in_time()
    {
        Func<Task> waiting = () => _client.WaitForTargetAsync(new Wwn(1ul), TimeSpan.FromMilliseconds(1));

        await waiting.Should().ThrowAsync<TimeoutException>();
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (Thread thread in _threads) thread.Join();
        _initiator.Loop.Wire.Dispose();
        _target.Loop.Wire.Dispose();
        _store.Dispose();
        _stop.Dispose();
        _initiator.Loop.Faults.Should().Be(0);
        _target.Loop.Faults.Should().Be(0);
    }

    private static FcPort NewPort(MemoryWire wire) =>
        new(wire, new PortOptions { Topology = Topology.PointToPoint }, TimeProvider.System, new FcProvider());

    private Task<InitiatorTarget> Begin()
    {
        foreach (FcPort port in (FcPort[])[_target, _initiator])
        {
            Thread thread = new(() => port.Loop.Run(_stop.Token)) { IsBackground = true, Name = port.Loop.Wire.Name };
            _threads.Add(thread);
            thread.Start();
        }
        return _client.WaitForTargetAsync(_targetName, Patience);
    }
}
