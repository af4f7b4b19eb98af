// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf.Configuration;

namespace FcTarget.Stmf.Tests;

/// <summary>Target ports, their numbers and their groups.</summary>
public sealed class TargetRecordTests
{
    private const string A = "20000000000000aa", B = "20000000000000bb", C = "20000000000000cc";

    private static readonly StmfConfiguration Two = StmfConfiguration.Empty.WithTargetPort(A).WithTargetPort("20:00:00:00:00:00:00:BB");

    [Fact]
    public void A_port_keeps_its_number_and_a_new_one_gets_the_lowest_that_no_port_and_no_group_has()
    {
        StmfConfiguration so = Two.WithTargetGroup("g").WithTargetPort(A).WithTargetPort(C);
        so.Targets.Select(target => (target.Name, (int)target.RelativeId)).Should().Equal((A, 1), (B, 2), (C, 4));
        so.TargetGroups.Single().Number.Should().Be(3);
        so.WithoutTargetPort(A).WithTargetPort("2000000000000001").Target("2000000000000001").RelativeId.Should().Be(1);
    }

    [Fact]
    public void Ports_of_a_target_group_are_one_target_port_group_and_the_others_one_each()
    {
        StmfConfiguration so = Two.WithTargetPort(C).WithTargetGroup("g").WithTarget("g", A).WithTarget("g", C).WithAccess("g", AccessState.Standby, preferred: true);
        so.TargetPortGroups().Should().Equal(
            new TargetPortGroup(2, [new TargetPort(2, B)], AccessState.ActiveOptimized, IsPreferred: false),
            new TargetPortGroup(4, [new TargetPort(1, A), new TargetPort(3, C)], AccessState.Standby, IsPreferred: true));
    }

    [Fact]
    public void A_group_without_a_port_that_is_online_is_offline()
    {
        StmfConfiguration so = Two.WithTargetGroup("g").WithTarget("g", A).WithTarget("g", B).WithTargetOnline(A, false);
        so.TargetPortGroups().Single().State.Should().Be(AccessState.ActiveOptimized);
        so.WithTargetOnline(B, false).TargetPortGroups().Single().State.Should().Be(AccessState.Offline);
    }

    [Fact]
    public void What_is_not_there_is_refused()
    {
        FluentActions.Invoking(() => Two.WithTargetOnline(C, true)).Should().Throw<StmfException>().Which.Error.Should().Be(StmfError.NotFound);
        FluentActions.Invoking(() => Two.WithAccess("g", AccessState.Standby, null)).Should().Throw<StmfException>().Which.Error.Should().Be(StmfError.NotFound);
    }

    [Fact]
    public void Segments_are_of_a_group_that_is_LBA_dependent_and_all_such_groups_are_cut_alike()
    {
        UserDataSegments cut = new(1 << 20, [AccessState.ActiveOptimized, AccessState.Standby]);
        StmfConfiguration so = Two.WithTargetGroup("g").WithTarget("g", A).WithTargetGroup("h").WithTarget("h", B)
            .WithAccess("g", AccessState.LbaDependent, null, cut);
        so.TargetPortGroups()[0].Segments.Should().Be(cut);
        so.WithAccess("g", null, preferred: true).TargetPortGroups()[0].Segments.Should().Be(cut, "nothing is said of them");
        so.WithTargetOnline(A, false).TargetPortGroups()[0].Segments.Should().BeNull("it is offline");
        so.WithAccess("g", AccessState.Standby, null).TargetGroups[0].Segments.Should().BeNull();
        so.WithAccess("h", AccessState.LbaDependent, null, cut with { States = [AccessState.Unavailable, AccessState.Transitioning] }).Checked();

        Refusal(() => so.WithAccess("h", AccessState.LbaDependent, null)).Should().Be(StmfError.Invalid);
        Refusal(() => so.WithAccess("h", AccessState.Standby, null, cut)).Should().Be(StmfError.Invalid);
        Refusal(() => so.WithAccess("h", AccessState.LbaDependent, null, cut with { Size = 2 << 20 })).Should().Be(StmfError.Conflict);
        Refusal(() => so.WithAccess("h", AccessState.LbaDependent, null, cut with { States = [.. cut.States, .. cut.States] })).Should().Be(StmfError.Conflict);
        UserDataSegments[] misfits =
        [
            cut with { Size = 0 }, cut with { Size = -4096 }, cut with { Size = 4095 }, cut with { Size = 1L << 62 }, cut with { States = [] }, cut with { States = [AccessState.Standby] },
            cut with { States = [.. new AccessState[17]] }, cut with { States = [AccessState.ActiveOptimized, AccessState.Offline] },
            cut with { States = [AccessState.ActiveOptimized, AccessState.LbaDependent] },
        ];
        foreach (UserDataSegments misfit in misfits) Refusal(() => so.WithAccess("g", null, null, misfit)).Should().Be(StmfError.Invalid);

        static StmfError Refusal(Func<StmfConfiguration> change) => FluentActions.Invoking(change).Should().Throw<StmfException>().Which.Error;
    }

    [Fact]
    public void A_target_group_has_255_ports_at_most()
    {
        StmfConfiguration so = StmfConfiguration.Empty.WithTargetGroup("g");
        for (int i = 0; i < 255; i++) so = so.WithTarget("g", $"{0x2000_0000_0000_0000 + i:x16}");
        FluentActions.Invoking(() => so.WithTarget("g", A)).Should().Throw<StmfException>().Which.Error.Should().Be(StmfError.Conflict);
    }
}
