// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using FcTarget.Host.Options;
using Microsoft.Win32.SafeHandles;

namespace FcTarget.Host.Control;

/// <summary>
/// Where a running target listens for its administrator: a Unix socket that only its user (and root) can reach, in a directory in which
/// the commands find it without being told.
/// </summary>
internal static class ControlSocket
{
    /// <summary>Environment variable with the path, for the target and for the commands.</summary>
    public const string PathVariable = "FCTARGET_SOCKET";

    /// <summary>Value of <c>--control</c> for a target without a socket.</summary>
    public const string None = "none";

    /// <summary>Longest path of a Unix socket, bytes: sun_path without its terminating zero.</summary>
    public const int MaxPathBytes = 107;

    private const string Extension = ".sock";

    private const string SystemDirectory = "/run/fctarget";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The path a target uses that was not given another.</summary>
    /// <param name="name">The target's name: that of its interface.</param>
    public static string DefaultPath(string name) =>
        Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path ? path : Path.Combine(OwnDirectory(), name + Extension);

    /// <summary>
    /// Binds the socket and listens. One that a dead target has left is replaced.
    /// </summary>
    /// <exception cref="OperatorException">Somebody listens there, it is no socket, or it cannot be made.</exception>
    public static Socket Bind(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!, OwnerOnly | UnixFileMode.UserExecute);
            if (File.Exists(path)) Clear(path);
            Socket socket = NewSocket();
            try
            {
                // Before it has a name: nobody connects in between. Linux takes the mode of the socket for the file (unix(7)).
                using (SafeFileHandle handle = new(socket.Handle, ownsHandle: false)) File.SetUnixFileMode(handle, OwnerOnly);
                socket.Bind(new UnixDomainSocketEndPoint(path));
                socket.Listen(); // at once: a socket that refuses connections is taken for a dead target's
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            throw new OperatorException($"Control socket '{path}' cannot be made: {fault.Message.TrimEnd('.')}. Name another with --control PATH, or --control none.");
        }
    }

    /// <summary>The socket of the target that a command is for.</summary>
    /// <param name="named">Name or path that was asked for; null: the one target that runs.</param>
    /// <exception cref="OperatorException">None is running, or several and none was named.</exception>
    public static string Find(string? named)
    {
        if (named is { Length: > 0 } && named.Contains('/')) return named;
        if (named is not { Length: > 0 } && Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } given) return given;
        return FindIn(Directories(), named);
    }

    /// <inheritdoc cref="Find"/>
    /// <param name="directories">Where to look.</param>
    /// <param name="named">As in <see cref="Find"/>.</param>
    internal static string FindIn(IEnumerable<string> directories, string? named)
    {
        string[] running = [.. directories.SelectMany(SocketsIn).Where(IsAlive)];
        string names = string.Join(", ", running.Select(Path.GetFileNameWithoutExtension));
        if (named is { Length: > 0 })
        {
            return Array.Find(running, path => Path.GetFileNameWithoutExtension(path) == named)
                ?? throw NotRunning($"No target '{named}' is running here.", names.Length > 0 ? $"Running: {names}." : LookedIn());
        }
        return running.Length switch
        {
            1 => running[0],
            0 => throw NotRunning("No target is running here.", LookedIn()),
            _ => throw new OperatorException($"Several targets are running: {names}. Name one with --target-socket.", ExitCodes.Usage),
        };
    }

    /// <summary>A socket connected to a target.</summary>
    public static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        Socket socket = NewSocket();
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static OperatorException NotRunning(string what, string remedy) => new($"{what} {remedy}", ExitCodes.NotRunning);

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private static void Clear(string path)
    {
        if ((File.GetAttributes(path) & (FileAttributes.Directory | FileAttributes.ReparsePoint)) != 0 || new FileInfo(path).Length > 0)
            throw new IOException("something else is there");
        if (IsAlive(path))
            throw new OperatorException($"A target listens on control socket '{path}' already. Name another with --control PATH, or --control none.");
        File.Delete(path);
    }

    private static bool IsAlive(string path)
    {
        using Socket socket = NewSocket();
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException fault)
        {
            return fault.SocketErrorCode is not (SocketError.ConnectionRefused or SocketError.AddressNotAvailable or SocketError.AccessDenied);
        }
    }

    /// <summary>Where a target of this user makes its socket: as the XDG base directories have it; root's is the system's.</summary>
    private static string OwnDirectory() =>
        Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime ? Path.Combine(runtime, "fctarget")
        : Environment.IsPrivilegedProcess ? SystemDirectory
        : Path.Combine(Path.GetTempPath(), $"fctarget-{Environment.UserName}");

    /// <summary>Where commands look: root started by sudo may have lost the user's variables and the other way round.</summary>
    private static IEnumerable<string> Directories() => new[] { OwnDirectory(), SystemDirectory }.Distinct();

    private static IEnumerable<string> SocketsIn(string directory)
    {
        try
        {
            return Directory.Exists(directory) ? Directory.GetFiles(directory, "*" + Extension) : [];
        }
        catch (UnauthorizedAccessException)
        {
            return []; // another user's: LookedIn says so
        }
    }

    private static string LookedIn() =>
        $"Start one with fctarget run. Looked in {string.Join(" and ", Directories())}; what root has started is reached with sudo, other places with --target-socket PATH.";
}
