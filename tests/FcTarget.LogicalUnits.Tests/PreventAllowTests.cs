// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>PREVENT ALLOW MEDIUM REMOVAL (SBC-3 5.9) of two I_T nexuses, and what ends a nexus's wish without ALLOW.</summary>
public sealed class PreventAllowTests : IDisposable
{
    private const int RemovalPrevented = 0x55302;

    private static readonly byte[] Eject = [0x1B, 0, 0, 0, 0x02, 0];

    private readonly LogicalUnitFactory _factory = new();
    private readonly TargetRig _rig;
    private readonly ItNexus _other = TargetRig.NewNexus("2000000000000002");

    public PreventAllowTests()
    {
        _rig = new TargetRig(_factory.Create(LuSpec.Parse("memory:1M,removable"))).Ready();
        _rig.Router.BeginNexus(_other);
        _rig.Command(new byte[6], nexus: _other);
        Prevents(_other, true);
        Ejects().Should().Be(RemovalPrevented);
    }

    public void Dispose() => _factory.Dispose();

    private void Prevents(ItNexus nexus, bool prevents) =>
        _rig.Command([0x1E, 0, 0, 0, (byte)(prevents ? 1 : 0), 0], nexus: nexus).Status.Should().Be(ScsiStatus.Good);

    private int Ejects() => _rig.Command(Eject) is { Status: ScsiStatus.CheckCondition } task ? task.SenseCode : 0;

    [Fact]
    public void One_is_enough_and_each_allows_for_itself()
    {
        Prevents(_rig.Nexus, true);
        Prevents(_other, false);
        Ejects().Should().Be(RemovalPrevented, "by itself");
        Prevents(_rig.Nexus, false);
        Ejects().Should().Be(0);
        _rig.Command(new byte[6]).SenseCode.Should().Be(0x23A00);
    }

    [Theory]
    [InlineData(TaskManagementFunction.LogicalUnitReset, 0)]
    [InlineData(TaskManagementFunction.TargetReset, 0)]
    [InlineData(TaskManagementFunction.ClearTaskSet, RemovalPrevented)]
    [InlineData(TaskManagementFunction.AbortTaskSet, RemovalPrevented)]
    public void A_reset_ends_it_and_an_abort_does_not(TaskManagementFunction function, int ejected)
    {
        var request = new Request(_rig.Nexus, function);
        _rig.Router.Manage(request);
        request.IsDone.Should().BeTrue();
        _rig.Command(new byte[6]); // the attention of a reset
        Ejects().Should().Be(ejected);
    }

    [Fact]
    public void The_loss_of_its_nexus_ends_it_and_that_of_another_does_not()
    {
        _rig.Router.EndNexus(_rig.Nexus);
        _rig.Router.BeginNexus(_rig.Nexus);
        _rig.Command(new byte[6]).SenseCode.Should().Be(0x62907);
        Ejects().Should().Be(RemovalPrevented);
        _rig.Router.EndNexus(_other);
        Ejects().Should().Be(0);
    }

    [Fact]
    public void The_loss_of_the_view_ends_it_and_a_reservation_by_RESERVE()
    {
        View view = new(_rig.Router.Luns.Entries[0].Unit);
        _rig.Router.EndNexus(_other);
        _rig.Router.EndNexus(_rig.Nexus);
        TaskRouter router = new(view);
        router.BeginNexus(_rig.Nexus);
        router.BeginNexus(_other);
        Run(_other, new byte[6]);
        Run(_rig.Nexus, new byte[6]);
        Run(_other, [0x1E, 0, 0, 0, 1, 0]).Status.Should().Be(ScsiStatus.Good);
        Run(_other, [0x16, 0, 0, 0, 0, 0]).Status.Should().Be(ScsiStatus.Good);
        Run(_rig.Nexus, Eject).Status.Should().Be(ScsiStatus.ReservationConflict);

        view.Hide(_other);

        Run(_other, new byte[6]).SenseCode.Should().Be(0x52500);
        Run(_rig.Nexus, Eject).Status.Should().Be(ScsiStatus.Good);

        TestTask Run(ItNexus nexus, byte[] cdb)
        {
            TestTask task = _rig.NewTask().Prepare(nexus, Lun.FromNumber(0), cdb, 0, dataIn: false);
            router.Dispatch(task);
            _rig.Loop.RunUntilComplete(task);
            return task;
        }
    }

    /// <summary>A view of one unit, from which a nexus can be taken out.</summary>
    private sealed class View(ILogicalUnit unit) : ILunView
    {
        private ItNexus? _hidden;

        public event Action? Changed;

        public LunMap.Entry[] ViewOf(ItNexus nexus) => nexus == _hidden ? [] : [new LunMap.Entry(0, unit)];

        public void Hide(ItNexus nexus)
        {
            _hidden = nexus;
            Changed?.Invoke();
        }
    }

    [Fact]
    public void It_comes_back_with_a_new_PREVENT_only()
    {
        _rig.Router.EndNexus(_other);
        _rig.Router.BeginNexus(_other);
        Ejects().Should().Be(0);
    }

    private sealed class Request : TaskManagementRequest
    {
        public Request(ItNexus nexus, TaskManagementFunction function)
        {
            Nexus = nexus;
            Function = function;
            Lun = Lun.FromNumber(0);
        }

        public bool IsDone { get; private set; }

        protected override void PostDone() => IsDone = true;
    }
}
