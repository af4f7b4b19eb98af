// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using FcTarget.Host.Control;
using FcTarget.Host.Options;

namespace FcTarget.Host.Tests;

[Collection("environment")]
public sealed class ControlSocketTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fctarget-test.").FullName;

    [Fact]
    public void Only_its_user_reaches_it()
    {
        string path = Path.Combine(_folder, "made", "eth1.sock");

        using Socket socket = ControlSocket.Bind(path);

        File.GetUnixFileMode(path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(Path.GetDirectoryName(path)!).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void What_a_dead_target_has_left_is_replaced()
    {
        string path = Path.Combine(_folder, "eth1.sock");
        using (Socket dead = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(path));

            using Socket socket = ControlSocket.Bind(path);

            socket.LocalEndPoint!.ToString().Should().Be(path);
        }
    }

    [Fact]
    public void One_that_is_listened_on_is_refused()
    {
        string path = Path.Combine(_folder, "eth1.sock");
        using Socket alive = ControlSocket.Bind(path);

        Action again = () => ControlSocket.Bind(path);

        again.Should().Throw<OperatorException>().WithMessage($"A target listens on control socket '{path}' already. Name another*");
        File.Exists(path).Should().BeTrue();
    }

    [Fact]
    public void A_file_is_not_removed_for_it()
    {
        string path = Path.Combine(_folder, "disk.img");
        File.WriteAllText(path, "data");

        Action bind = () => ControlSocket.Bind(path);

        bind.Should().Throw<OperatorException>().WithMessage($"Control socket '{path}' cannot be made: something else is there. *");
        File.ReadAllText(path).Should().Be("data");
    }

    [Fact]
    public void Commands_find_the_one_target_that_lives_and_ask_for_a_name_when_there_are_two()
    {
        string first = Path.Combine(_folder, "eth1.sock"), second = Path.Combine(_folder, "eth2.sock");
        using Socket one = ControlSocket.Bind(first);
        File.WriteAllText(Path.Combine(_folder, "dead.sock"), "");

        ControlSocket.FindIn([_folder], null).Should().Be(first);
        using Socket two = ControlSocket.Bind(second);
        ControlSocket.FindIn([_folder], "eth2").Should().Be(second);
        ((Action)(() => ControlSocket.FindIn([_folder], null))).Should().Throw<OperatorException>()
            .Where(fault => fault.ExitCode == ExitCodes.Usage).WithMessage("Several targets are running: *eth1*. Name one with --target-socket.");
    }

    [Fact]
    public void Commands_say_where_they_looked_when_no_target_lives() =>
        ((Action)(() => ControlSocket.FindIn([_folder], null))).Should().Throw<OperatorException>()
            .Where(fault => fault.ExitCode == ExitCodes.NotRunning).WithMessage("No target is running here. Start one with fctarget run. Looked in *");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
