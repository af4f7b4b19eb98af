// SPDX-License-Identifier: MIT

using FcTarget.Host.CommandLine;

namespace FcTarget.Host.Tests;

public sealed class CommonOptionsTests
{
    [Theory]
    [InlineData("status", "status")]
    [InlineData("-T x status", "status -T x")]
    [InlineData("-T status status", "status -T status")]
    [InlineData("--target-socket=x --json lu list", "lu list --target-socket=x --json")]
    [InlineData("--json -T x session list --json", "session list --json --json -T x")]
    [InlineData("-T x lu create -- -T", "lu create -T x -- -T")]
    [InlineData("--target-socket x dtrace -n BEGIN a b", "dtrace --target-socket x -n BEGIN a b")]
    [InlineData("run -T x", "run -T x")]
    [InlineData("-T x", "-T x")]
    [InlineData("-T", "-T")]
    [InlineData("--json", "--json")]
    [InlineData("--help -T x", "--help -T x")]
    [InlineData("", "")]
    public void What_stands_before_the_command_goes_behind_it(string typed, string parsed) =>
        CommonOptions.BehindCommand(Words(typed)).Should().Equal(Words(parsed));

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
