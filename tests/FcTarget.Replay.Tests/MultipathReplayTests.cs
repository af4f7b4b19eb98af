// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.Formats.Fcp;
using FcTarget.Scsi;
using FcTarget.TestKit;

namespace FcTarget.Replay.Tests;

/// <summary>Two hosts, two target ports, one disk behind both: what goes through one port is there for the other.</summary>
public sealed class MultipathReplayTests
{
    private const byte Register = 0, Reserve = 1, Release = 2, RegistrantsOnly = 5;

    [Fact]
    public void Data_reservations_and_resets_of_one_path_are_seen_on_the_other()
    {
        using TemporaryFile file = new();
        (string first, string second) = Record(file.Path);
        (ReportList report, ReplayTotals totals) = Captures.Replay(file.Path);
        string.Join("\n", report.Different).Should().BeEmpty();
        totals.Targets.Should().HaveCount(2);
        totals.Fault.Should().BeNull();
        report.Exchanges.Where(e => e.Name is "READ(10)" or "WRITE(10)").Should().OnlyContain(e => e.Outcome == ExchangeOutcome.Same);
        report.Exchanges.Should().Contain(e => e.Name == "PERSISTENT RESERVE IN, READ KEYS" && e.Outcome == ExchangeOutcome.Same);

        // What one target does by itself lacks what came through the other: the test sees a difference if the units are not one.
        (ReportList alone, _) = Captures.Replay(file.Path, new ReplayOptions { Target = second });
        alone.Different.Should().Contain(e => e.Name == "WRITE(10)", "the reservation was made through {0}", first);
    }

    [Fact]
    public void The_same_capture_and_seed_give_the_same_frames()
    {
        using TemporaryFile file = new();
        Record(file.Path);
        Output().Should().Equal(Output());

        byte[] Output()
        {
            using MemoryStream output = new();
            Captures.Replay(file.Path, new ReplayOptions { Output = output });
            return output.ToArray();
        }
    }

    private static (string First, string Second) Record(string path)
    {
        using TestFabric fabric = new(seed: 3);
        fabric.AddLogicalUnit("disk", "memory:64M");
        TestTargetPort a = fabric.Target, b = fabric.AddTargetPort("second");
        TestHost owner = fabric.AddHost("owner"), other = fabric.AddHost("other");
        foreach (TestHost host in (TestHost[])[owner, other])
        {
            foreach (TestTargetPort port in (TestTargetPort[])[a, b])
            {
                host.Executes([0x12, 1, 0x83, 0, 252, 0], dataIn: new byte[252], target: port);
                host.Executes([0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0], dataIn: new byte[32], target: port);
            }
        }
        byte[] data = new byte[64 * 512];
        new Random(1).NextBytes(data);
        owner.Writes(lba: 8, data, to: a);
        owner.Reads(lba: 8, blocks: 64, from: b).Should().Equal(data);
        foreach (TestTargetPort port in (TestTargetPort[])[a, b]) PersistentReserveOut(owner, port, Register, 0, 0, serviceActionKey: 7).Should().Be(ScsiStatus.Good);
        PersistentReserveOut(owner, a, Reserve, RegistrantsOnly, 7, 0).Should().Be(ScsiStatus.Good);
        owner.Executes([0x5E, 0, 0, 0, 0, 0, 0, 0, 64, 0], dataIn: new byte[64], target: b).Status.Should().Be(ScsiStatus.Good);
        Write(other, b).Should().Be(ScsiStatus.ReservationConflict);
        Write(owner, b).Should().Be(ScsiStatus.Good);
        other.Reads(lba: 8, blocks: 1, from: a);
        PersistentReserveOut(owner, b, Release, RegistrantsOnly, 7, 0).Should().Be(ScsiStatus.Good);
        owner.Manages(FcpTaskManagementFlags.LogicalUnitReset, target: a);
        other.Executes(new byte[6], target: b).Status.Should().Be(ScsiStatus.CheckCondition, "the other path hears of the reset");
        other.Executes(new byte[6], target: b);
        fabric.Frames.Save(path);
        return (a.PortName.ToColonString(), b.PortName.ToColonString());
    }

    private static ScsiStatus Write(TestHost host, TestTargetPort port) =>
        host.Executes([0x2A, 0, 0, 0, 0, 8, 0, 0, 1, 0], dataOut: new byte[512], target: port).Status;

    private static ScsiStatus PersistentReserveOut(TestHost host, TestTargetPort port, byte action, byte type, ulong key, ulong serviceActionKey)
    {
        byte[] list = new byte[24];
        BinaryPrimitives.WriteUInt64BigEndian(list, key);
        BinaryPrimitives.WriteUInt64BigEndian(list.AsSpan(8), serviceActionKey);
        return host.Executes([0x5F, action, type, 0, 0, 0, 0, 0, 24, 0], dataOut: list, target: port).Status;
    }
}
