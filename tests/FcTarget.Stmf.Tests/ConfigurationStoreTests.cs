// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf.Configuration;

namespace FcTarget.Stmf.Tests;

public sealed class ConfigurationStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fctarget-store-").FullName;

    private string StorePath => Path.Combine(_directory, "sub", "stmf.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Without_a_file_there_is_nothing() => new ConfigurationStore(StorePath).Load().Should().Be(StmfConfiguration.Empty);

    [Fact]
    public void What_was_saved_is_read_again_but_for_what_is_transient()
    {
        StmfConfiguration so = StmfConfiguration.Empty
            .WithLogicalUnit(new LogicalUnitRecord("kept", "file:/x,size=1M", Online: false))
            .WithLogicalUnit(new LogicalUnitRecord("passing", "memory:1M") { IsTransient = true })
            .WithHostGroup("h").WithHost("h", "2000000000000001").WithTargetGroup("t").WithTarget("t", "iqn.2026-01.x:y")
            .WithView("kept", "h", "t", 3, out _).WithView("passing", null, null, 4, out _)
            .WithTargetPort("20000000000000aa").WithTargetOnline("20000000000000aa", false).WithAccess("t", AccessState.Standby, preferred: true)
            .WithTargetGroup("u")
            .WithAccess("u", AccessState.LbaDependent, null, new UserDataSegments(1 << 20, [AccessState.Unavailable, AccessState.ActiveOptimized]));
        ConfigurationStore store = new(StorePath);
        store.Save(so);
        store.Load().Should().Be(so.Durable());
        so.Durable().Views.Should().ContainSingle().Which.LogicalUnit.Should().Be("kept");
    }

    [Fact]
    public void What_a_file_does_not_mention_is_empty()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(StorePath)!);
        File.WriteAllText(StorePath, """{"schema":1,"configuration":{"hostGroups":[{"name":"h","members":[]}]}}""");
        new ConfigurationStore(StorePath).Load().Should().Be(StmfConfiguration.Empty.WithHostGroup("h"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"schema":4,"configuration":{}}""")]
    [InlineData("""{"schema":1,"configuration":{"logicalUnits":null}}""")]
    [InlineData("""{"schema":1,"configuration":{"unknown":1}}""")]
    [InlineData("""{"schema":1,"configuration":{"views":[{"id":0,"logicalUnit":"x","hostGroup":"none","targetGroup":null,"lun":0}]}}""")]
    [InlineData("""{"schema":1,"configuration":{"logicalUnits":[{"name":"x","definition":""},{"name":"x","definition":""}]}}""")]
    [InlineData("""{"schema":1,"configuration":{"hostGroups":[{"name":"h","members":["zzz"]}]}}""")]
    [InlineData("""{"schema":1,"configuration":{"hostGroups":[{"name":"h"}]}}""")]
    [InlineData("""{"schema":1,"configuration":{"hostGroups":[null]}}""")]
    [InlineData("""{"schema":2,"configuration":{"targets":[{"name":"20000000000000aa","relativeId":0,"online":true}]}}""")]
    [InlineData("""{"schema":2,"configuration":{"targets":[{"name":"20000000000000aa","relativeId":1},{"name":"20000000000000ab","relativeId":1}]}}""")]
    [InlineData("""{"schema":2,"configuration":{"targets":[{"name":"20000000000000aa","relativeId":1},{"name":"20000000000000aa","relativeId":2}]}}""")]
    [InlineData("""{"schema":2,"configuration":{"targetGroups":[{"name":"t","members":[],"number":1,"accessState":"Asleep"}]}}""")]
    [InlineData("""{"schema":2,"configuration":{"targetGroups":[{"name":"t","members":[],"number":1,"accessState":7}]}}""")]
    [InlineData("""{"schema":3,"configuration":{"targetGroups":[{"name":"t","members":[],"number":1,"accessState":"LbaDependent"}]}}""")]
    [InlineData("""{"schema":3,"configuration":{"targetGroups":[{"name":"t","members":[],"number":1,"segments":{"size":4096,"states":["Standby"]}}]}}""")]
    [InlineData("""{"schema":3,"configuration":{"targetGroups":[{"name":"t","members":[],"number":1,"accessState":"LbaDependent","segments":{"size":4096}}]}}""")]
    [InlineData("""{"schema":1,"configuration":{"hostGroups":[{"name":"h","members":[null]}]}}""")]
    public void A_damaged_file_is_refused_by_name_and_left_alone(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(StorePath)!);
        File.WriteAllText(StorePath, content);
        FluentActions.Invoking(() => new ConfigurationStore(StorePath).Load()).Should().Throw<StmfException>().WithMessage($"*{StorePath}*")
            .Which.Error.Should().Be(StmfError.Invalid);
        File.ReadAllText(StorePath).Should().Be(content);
    }

    /// <summary>1,000 random changes, each perhaps with a crash between two steps: what is read afterwards is the state before it or after it.</summary>
    [Fact]
    public void A_crash_at_any_step_of_a_change_leaves_it_there_whole_or_not_at_all()
    {
        Random random = new(3);
        string[] units = ["one", "two"], hosts = ["2000000000000001"], targets = ["20000000000000aa"];
        StmfConfiguration so = StmfConfiguration.Empty;
        ConfigurationStore store = new(StorePath);
        store.Save(so);
        Dictionary<DurableFile.Step, (int Before, int After)> seen = [];
        for (int changes = 0; changes < 1000;)
        {
            StmfConfiguration next;
            try
            {
                next = RandomChange.Of(so, random, units, hosts, targets);
            }
            catch (StmfException)
            {
                continue;
            }
            if (next.Equals(so)) continue;
            changes++;
            var crash = (DurableFile.Step)random.Next((int)DurableFile.Step.Done + 2); // the last: no crash
            store.OnStep = step =>
            {
                if (step == crash) throw new OperationCanceledException();
            };
            try
            {
                store.Save(next);
            }
            catch (OperationCanceledException)
            {
                // the process is gone; what follows is its next life
            }
            StmfConfiguration read = new ConfigurationStore(StorePath).Load();
            (int before, int after) = seen.GetValueOrDefault(crash);
            seen[crash] = read.Equals(next) ? (before, after + 1) : (before + 1, after);
            read.Should().Match<StmfConfiguration>(r => r.Equals(so) || r.Equals(next));
            so = read;
        }
        seen[DurableFile.Step.Synced].After.Should().Be(0, "the new content is durable, its name is not there yet");
        seen[DurableFile.Step.Renamed].Before.Should().Be(0);
        seen.Should().HaveCount(6);
    }

    [Fact]
    public void A_store_that_cannot_be_written_says_so()
    {
        File.WriteAllText(Path.Combine(_directory, "sub"), "a file where the directory should be");
        FluentActions.Invoking(() => new ConfigurationStore(StorePath).Save(StmfConfiguration.Empty)).Should().Throw<StmfException>()
            .Which.Error.Should().Be(StmfError.NotStored);
    }
}
