// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Copy;
using FcTarget.LogicalUnits.Protection;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Stmf;
using Microsoft.Win32.SafeHandles;

namespace FcTarget.LogicalUnits;

/// <summary>
/// Makes logical units from their descriptions and owns them, their stores and the threads those need. Any thread; disposed after
/// the ports have stopped.
/// </summary>
public sealed class LogicalUnitFactory : IDisposable
{
    /// <summary>Where a unit in a file keeps its state: beside it.</summary>
    private const string StateExtension = ".state";

    private readonly Lock _gate = new();
    private readonly string _scope;
    private readonly TargetPorts? _ports;
    private readonly List<BlockDevice> _devices = [];
    private readonly Dictionary<BlockDevice, LuSpec> _specs = [];
    private readonly CopyManager _copies = new(TimeProvider.System);
    private IoEngine? _engine;

    /// <param name="scope">
    /// Goes into every logical unit's world wide name. Two targets that serve memory under the same names need different ones, or
    /// an initiator that sees both takes them for two paths to one disk: the target's WWNN does well.
    /// </param>
    /// <param name="ports">The target's ports and their groups; null: every port that somebody comes through is a group.</param>
    public LogicalUnitFactory(string scope = "", TargetPorts? ports = null)
    {
        _scope = scope;
        _ports = ports;
    }

    /// <summary>What has been made, in that order.</summary>
    public IReadOnlyList<BlockDevice> Devices
    {
        get
        {
            lock (_gate) return [.. _devices];
        }
    }

    /// <exception cref="LuConfigurationException">The unit cannot be had; the message names the file or option and the remedy.</exception>
    public BlockDevice Create(LuSpec spec)
    {
        lock (_gate)
        {
            string name = NameFor(spec);
            string? path = spec.Path is null ? null : Path.GetFullPath(spec.Path);
            LogicalUnitIdentity identity = LogicalUnitNames.Of(_scope, name, path);
            IBackingStore store = spec.Kind switch
            {
                LuStoreKind.File => OpenFile(spec, path!),
                LuStoreKind.Null => new NullStore(spec.Size!.Value),
                LuStoreKind.Pattern => new PatternStore(spec.Size!.Value, spec.Seed),
                _ => new MemoryStore(MemoryLength(spec)),
            };
            BlockDevice device;
            try
            {
                store = Protect(spec, store, path);
                // Memory needs the workers too: for state on a disk, and for copies from files.
                device = new BlockDevice(OptionsOf(spec, identity, path), store, _engine ??= new IoEngine(), _copies, _ports);
            }
            catch
            {
                store.Dispose();
                throw;
            }
            _devices.Add(device);
            _specs[device] = spec;
            return device;
        }
    }

    /// <summary>What a unit was made of.</summary>
    internal LuSpec SpecOf(BlockDevice device)
    {
        lock (_gate) return _specs[device];
    }

    /// <summary>Makes a unit's data durable and closes its store. No task may be in it, or come.</summary>
    public void Close(BlockDevice device)
    {
        lock (_gate)
        {
            _devices.Remove(device);
            _specs.Remove(device);
        }
        device.Dispose();
    }

    /// <summary>Finishes the work under way, makes everything durable and closes the stores.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _engine?.Dispose();
            foreach (BlockDevice device in _devices) device.Dispose();
            _devices.Clear();
        }
    }

    /// <summary>The name that a unit of this description gets: its own, or one made of its store that no other has.</summary>
    /// <exception cref="LuConfigurationException">It names itself as another one.</exception>
    public string NameFor(LuSpec spec)
    {
        if (spec.Name is not null)
        {
            if (IsTaken(spec.Name))
                throw new LuConfigurationException($"Logical unit '{spec}': the name '{spec.Name}' is taken. Give each its own.");
            return spec.Name;
        }
        string stem = spec.Path is null ? spec.Kind.ToString().ToLowerInvariant() : Path.GetFileName(spec.Path);
        string name = stem;
        for (int i = 2; IsTaken(name); i++) name = $"{stem}-{i}";
        return name;
    }

    private static BlockDeviceOptions OptionsOf(LuSpec spec, LogicalUnitIdentity identity, string? path) => new()
    {
        Identity = identity,
        BlockSize = spec.BlockSize,
        PhysicalBlockSize = spec.PhysicalBlockSize,
        ReadOnly = spec.ReadOnly,
        Removable = spec.Removable,
        Ejected = spec.Ejected,
        Thin = !spec.Thick,
        ProvisioningBits = spec.ProvisioningBits,
        WriteCache = spec.WriteCache,
        Pool = spec.Pool,
        Threshold = spec.Threshold,
        StateFile = spec.StateDirectory is { } directory ? StateFile(directory, identity) : path is null ? null : path + StateExtension,
        RemembersState = path is null,
    };

    /// <summary>Puts a place for protection information beside the data.</summary>
    private static IBackingStore Protect(LuSpec spec, IBackingStore data, string? path)
    {
        if (spec.ProtectionType is not { } type)
        {
            if (path is null || !File.Exists(ProtectionFile.PathOf(path))) return data;
            throw new LuConfigurationException(
                $"Backing file '{path}' has protection information beside it, '{ProtectionFile.PathOf(path)}', that would not be true any more. "
                + "Add ,pi=, or remove that file.");
        }
        if (path is not null) return ProtectionFile.Open(data, path, spec.BlockSize, type, spec.ReadOnly);
        long length = ProtectedStore.TagsOf(data);
        IBackingStore tags = spec.Kind == LuStoreKind.Memory ? new MemoryStore(length) : new NullStore(length); // FFh, never checked
        return new ProtectedStore(data, tags, spec.BlockSize, new ProtectionFormat(type));
    }

    private static string StateFile(string directory, LogicalUnitIdentity identity)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new LuConfigurationException($"State directory '{directory}' cannot be made: {fault.Message} Name another.", fault);
        }
        return Path.Combine(directory, $"{identity.Guid:x32}.json");
    }

    private bool IsTaken(string name) => _devices.Exists(device => device.Identity.Name == name);

    private static long MemoryLength(LuSpec spec) => spec.Size is { } size and <= MemoryStore.MaxLength
        ? size
        : throw new LuConfigurationException(
            $"Logical unit '{spec}': memory goes up to {ByteSize.Format(MemoryStore.MaxLength)}. Ask for less.");

    private static FileStore OpenFile(LuSpec spec, string path)
    {
        bool makeIt = !File.Exists(path);
        if (makeIt && Directory.Exists(path))
            throw new LuConfigurationException($"Backing file '{path}' is a directory. Name a file in it.");
        if (makeIt && (spec.Size is null || spec.ReadOnly))
        {
            throw new LuConfigurationException(
                $"Backing file '{path}' does not exist. Create it{(spec.ReadOnly ? "" : ", or add ,size=SIZE to have it created")}.");
        }
        SafeFileHandle file = Open(spec, path, makeIt);
        try
        {
            if (makeIt)
            {
                RandomAccess.SetLength(file, spec.Size!.Value); // sparse: takes no space until it is written
                RandomAccess.FlushToDisk(file);
                File.Delete(path + StateExtension); // reservations and pages of a file that had this name before
            }
            return new FileStore(file, LengthOf(spec, path, file));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            file.Dispose();
            if (makeIt) File.Delete(path);
            throw new LuConfigurationException(
                $"Backing file '{path}' cannot be given its size: {fault.Message} Use a regular file on a file system with room for it.",
                fault);
        }
        catch (LuConfigurationException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opened under an advisory lock (flock): exclusive, so that no other process serves the file, or shared when read only.
    /// </summary>
    private static SafeFileHandle Open(LuSpec spec, string path, bool makeIt)
    {
        try
        {
            return File.OpenHandle(
                path,
                makeIt ? FileMode.CreateNew : FileMode.Open,
                spec.ReadOnly ? FileAccess.Read : FileAccess.ReadWrite,
                spec.ReadOnly ? FileShare.Read : FileShare.None);
        }
        catch (UnauthorizedAccessException fault)
        {
            string what = spec.ReadOnly ? "opened. Give this user the rights" : "opened for writing. Give this user the rights, or add ,ro";
            throw new LuConfigurationException($"Backing file '{path}' may not be {what}.", fault);
        }
        catch (DirectoryNotFoundException fault)
        {
            throw new LuConfigurationException($"The directory of backing file '{path}' does not exist. Create it.", fault);
        }
        catch (IOException fault)
        {
            throw new LuConfigurationException(
                $"Backing file '{path}' cannot be opened: {fault.Message} If another process serves it, stop that one.",
                fault);
        }
    }

    private static long LengthOf(LuSpec spec, string path, SafeFileHandle file)
    {
        long there = RandomAccess.GetLength(file);
        if (there == 0)
        {
            throw new LuConfigurationException(
                $"Backing file '{path}' is empty. Give it a size (truncate -s SIZE), or delete it and add ,size=SIZE.");
        }
        if (spec.Size > there)
        {
            throw new LuConfigurationException(
                $"Backing file '{path}' has {there} bytes, fewer than size={ByteSize.Format(spec.Size.Value)}. "
                + $"Extend it (truncate -s {spec.Size}), or ask for less.");
        }
        long served = spec.Size ?? there;
        if (served % spec.BlockSize != 0)
        {
            throw new LuConfigurationException(
                $"Backing file '{path}' has {there} bytes, not a multiple of the block size {spec.BlockSize}. "
                + "Extend it, or add ,size= with a multiple.");
        }
        return served;
    }
}
