// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf.Configuration;

namespace FcTarget.Stmf.Tests;

public sealed class StmfAdministrationTests : IDisposable
{
    private static readonly byte[] TestUnitReady = new byte[6];

    private readonly string _directory = Directory.CreateTempSubdirectory("fctarget-stmf-").FullName;
    private readonly Provider _provider = new();
    private readonly TestLoop _loop = new();
    private readonly ItNexus _a = TargetRig.NewNexus("2000000000000001"), _b = TargetRig.NewNexus("2000000000000002");

    private ConfigurationStore Store => new(Path.Combine(_directory, "stmf.json"));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private (StmfAdministration Stmf, TaskRouter Router) Begin(ConfigurationStore? store = null)
    {
        StmfAdministration stmf = new(_provider, store);
        TaskRouter router = new(stmf);
        router.BeginNexus(_a);
        router.BeginNexus(_b);
        return (stmf, router);
    }

    private static StmfConfiguration OneForA(StmfConfiguration so) => so
        .WithLogicalUnit(new LogicalUnitRecord("one", "memory:1M"))
        .WithHostGroup("a").WithHost("a", "2000000000000001").WithView("one", "a", null, 0, out _);

    private TestTask Send(TaskRouter router, ItNexus nexus, byte[]? cdb = null, uint expect = 0)
    {
        TestTask task = new TestTask(_loop).Prepare(nexus, Lun.FromNumber(0), cdb ?? TestUnitReady, expect, dataIn: expect != 0);
        router.Dispatch(task);
        _loop.RunAll();
        return task;
    }

    [Fact]
    public void A_logical_unit_is_there_for_the_hosts_of_its_views_and_for_nobody_else()
    {
        (StmfAdministration stmf, TaskRouter router) = Begin();
        stmf.Change(OneForA);
        Send(router, _a).SenseCode.Should().Be(0x63F0E, "REPORTED LUNS DATA HAS CHANGED comes first on a session under way");
        Send(router, _a).LogicalUnit.Should().BeSameAs(stmf.Find("one"));
        Send(router, _b).SenseCode.Should().Be(0x52500);
        TestTask luns = Send(router, _b, [0xA0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], 256);
        luns.DataIn.Length.Should().Be(8, "REPORT LUNS does not name what the host may not see");
    }

    [Fact]
    public void Only_sessions_that_see_a_difference_hear_of_it()
    {
        (StmfAdministration stmf, TaskRouter router) = Begin();
        stmf.Change(so => so.WithLogicalUnit(new LogicalUnitRecord("all", "memory:1M")).WithView("all", null, null, 1, out _));
        TaskRouter.LunsOf(_b).Should().ContainSingle().Which.Lun.Should().Be(1);
        TestTask first = new TestTask(_loop).Prepare(_b, Lun.FromNumber(1), TestUnitReady, 0, dataIn: false);
        router.Dispatch(first);
        first.SenseCode.Should().Be(0x63F0E);
        stmf.Change(OneForA);
        TestTask second = new TestTask(_loop).Prepare(_b, Lun.FromNumber(1), TestUnitReady, 0, dataIn: false);
        router.Dispatch(second);
        second.LogicalUnit.Should().BeSameAs(stmf.Find("all"));
    }

    [Fact]
    public void A_deleted_logical_unit_is_closed_when_its_last_task_is_over()
    {
        (StmfAdministration stmf, TaskRouter router) = Begin();
        stmf.Change(OneForA);
        Send(router, _a);
        TestTask open = Send(router, _a);
        TestUnit unit = (TestUnit)stmf.Find("one")!;
        unit.CompletesAborted = false;
        stmf.Change(so => so.WithoutLogicalUnit("one"));
        _loop.RunAll();
        unit.Aborted.Should().ContainSingle();
        _provider.Closed.Should().BeEmpty("a task of it is still out");
        Send(router, _a).SenseCode.Should().Be(0x52500);
        unit.Release(open);
        stmf.Dispose();
        _provider.Closed.Should().Equal(unit);
    }

    [Fact]
    public void A_refused_change_leaves_everything_as_it_was()
    {
        (StmfAdministration stmf, _) = Begin();
        StmfConfiguration before = stmf.Change(OneForA);
        stmf.Invoking(s => s.Change(so => so.WithLogicalUnit(new LogicalUnitRecord("two", "memory:1M")).WithLogicalUnit(new LogicalUnitRecord("bad", "bad"))))
            .Should().Throw<StmfException>();
        stmf.Configuration.Should().BeSameAs(before);
        stmf.Find("two").Should().BeNull();
        _provider.Opened.Should().HaveCount(2);
        _provider.Closed.Should().ContainSingle("what the refused change had opened is closed").Which.Identity.Name.Should().Be("two");
    }

    [Fact]
    public void A_change_that_cannot_be_stored_is_not_made()
    {
        ConfigurationStore store = Store;
        (StmfAdministration stmf, _) = Begin(store);
        store.OnStep = _ => throw new IOException("disk full");
        stmf.Invoking(s => s.Change(OneForA)).Should().Throw<StmfException>().WithMessage("*disk full*").Which.Error.Should().Be(StmfError.NotStored);
        stmf.Configuration.LogicalUnits.Should().BeEmpty();
        _provider.Closed.Should().ContainSingle();
    }

    [Fact]
    public void What_was_set_is_there_after_a_restart()
    {
        (StmfAdministration stmf, _) = Begin(Store);
        stmf.Change(OneForA);
        stmf.Change(so => so.WithLogicalUnit(new LogicalUnitRecord("passing", "memory:1M") { IsTransient = true }));
        StmfAdministration next = new(_provider, Store);
        next.Configuration.Should().Be(stmf.Configuration.Durable());
        next.ViewOf(_a).Should().ContainSingle().Which.Unit.Identity.Name.Should().Be("one");
    }

    private sealed class Provider : ILogicalUnitProvider
    {
        public List<ILogicalUnit> Opened { get; } = [];

        public List<ILogicalUnit> Closed { get; } = [];

        public ILogicalUnit Open(LogicalUnitRecord record)
        {
            if (record.Definition == "bad") throw new StmfException(StmfError.Invalid, "bad");
            TestUnit unit = new(record.Name);
            Opened.Add(unit);
            return unit;
        }

        public void Change(ILogicalUnit unit, LogicalUnitRecord record) => throw new StmfException(StmfError.Invalid, "fixed");

        public void Close(ILogicalUnit unit) => Closed.Add(unit);
    }
}
