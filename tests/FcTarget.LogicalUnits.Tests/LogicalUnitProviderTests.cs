// SPDX-License-Identifier: MIT

using FcTarget.Stmf;
using FcTarget.Stmf.Configuration;

namespace FcTarget.LogicalUnits.Tests;

public sealed class LogicalUnitProviderTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fctarget-provider-").FullName;
    private readonly LogicalUnitFactory _factory = new();
    private readonly LogicalUnitProvider _provider;

    public LogicalUnitProviderTests() => _provider = new LogicalUnitProvider(_factory);

    public void Dispose()
    {
        _factory.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void A_unit_has_the_name_of_its_record() =>
        _provider.Open(new LogicalUnitRecord("db", "memory:1M,name=other")).Identity.Name.Should().Be("db");

    [Theory]
    [InlineData("disk:1M")]
    [InlineData("file:/nowhere/at/all,size=1M")]
    public void What_cannot_be_had_is_refused_with_the_reason(string definition) =>
        _provider.Invoking(p => p.Open(new LogicalUnitRecord("x", definition))).Should().Throw<StmfException>().Which.Error.Should().Be(StmfError.Invalid);

    [Fact]
    public void A_closed_unit_lets_go_of_its_file_and_its_name()
    {
        var record = new LogicalUnitRecord("disk", $"file:{Path.Combine(_directory, "disk.img")},size=1M");
        ILogicalUnit unit = _provider.Open(record);
        _provider.Invoking(p => p.Open(record)).Should().Throw<StmfException>();
        _provider.Close(unit);
        _factory.Devices.Should().BeEmpty();
        _provider.Open(record).Identity.Guid.Should().Be(unit.Identity.Guid, "an initiator finds the same disk again");
    }

    [Fact]
    public void A_unit_that_is_deleted_can_be_created_anew_at_once()
    {
        var record = new LogicalUnitRecord("disk", $"file:{Path.Combine(_directory, "disk.img")},size=1M,pi=1");
        using var stmf = new StmfAdministration(new ClosesSlowly(_provider));
        for (int i = 0; i < 5; i++)
        {
            stmf.Change(so => so.WithLogicalUnit(record));
            stmf.Change(so => so.WithoutLogicalUnit("disk"));
        }
        stmf.Change(so => so.WithLogicalUnit(record));
        stmf.Find("disk").Should().NotBeNull();
    }

    /// <summary>A unit whose last task takes its time.</summary>
    private sealed class ClosesSlowly(LogicalUnitProvider provider) : ILogicalUnitProvider
    {
        public ILogicalUnit Open(LogicalUnitRecord record) => provider.Open(record);

        public void Change(ILogicalUnit unit, LogicalUnitRecord record) => provider.Change(unit, record);

        public void Close(ILogicalUnit unit)
        {
            Thread.Sleep(30);
            provider.Close(unit);
        }
    }
}
