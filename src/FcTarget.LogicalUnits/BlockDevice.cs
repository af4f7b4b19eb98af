// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Commands;
using FcTarget.LogicalUnits.Copy;
using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.State;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits;

// BLOCK DEVICE - theory of operation
//   Job      The SBC device server: finds the command for a CDB, asks whether reservations, access state, medium and write protection let it
//            through, and drives it to its completion over a backing store.
//   Owner    Each task its own port's loop; several loops at once. Commands have no state: all that one has to remember is in its task. What
//            the unit itself remembers is in State/ and Reservations/, and each of those says who may call it.
//   Life     LuStep says where a task is, and so who will speak next:
//              Data     the port moves data; ends in Continue
//              Buffer   the task waits in a buffer pool's line; ends in Continue
//              Work     a worker of the engine runs the command's Work, or aborts of other tasks are waited for; ends in Continue
//              Turn     the loop itself is to run Work, when it has served others; ends in Continue
//            A store in memory never leaves the loop: its commands hand windows of the store to the port, and Work runs in place.
//   Abort    Data: over at once. Buffer: over at once if still in line. Otherwise when Continue comes.
//   Always   LuBuffer is given back before Complete.
//   Atomic   COMPARE AND WRITE, ORWRITE and WRITE ATOMIC exclude each other and every other write of a worker. In a memory store a plain
//            write of another port's loop moves straight into the medium and is not held back.
//   Files    BlockDevice.cs: the unit.  .Tasks.cs: a task from its CDB to its status.  .Media.cs: blocks and protection information.
//   Proof    Commands.*Tests, BlockDeviceModelTests, BlockDeviceFuzzTests, AbortTests

/// <summary>Who moves a task forward next: the values of <see cref="ScsiTask.LuStep"/>.</summary>
internal enum Step
{
    Begin,
    Data,
    Buffer,
    Work,
    Turn,
}

/// <summary>A direct access block device (SBC-3) over an <see cref="IBackingStore"/>.</summary>
public sealed partial class BlockDevice : ILogicalUnit, IDisposable
{
    /// <summary>MAXIMUM TRANSFER LENGTH in bytes: 256 MiB, the longest READ(10) of 4096-byte blocks. Data is streamed, so it costs no memory.</summary>
    public const int MaximumTransferBytes = 256 << 20;

    /// <summary>MAXIMUM UNMAP LBA COUNT in bytes: 256 MiB, some milliseconds when a port loop does it itself.</summary>
    public const int MaximumUnmapBytes = 256 << 20;

    /// <summary>MAXIMUM WRITE SAME LENGTH in blocks: as many as WRITE SAME(10) can say.</summary>
    public const uint MaximumWriteSameBlocks = 65535;

    /// <summary>MAXIMUM ATOMIC TRANSFER LENGTH in bytes: 1 MiB, which is held in memory while it comes in.</summary>
    public const int MaximumAtomicBytes = 1 << 20;

    private readonly IoEngine? _engine;
    private readonly IoBufferPool? _buffers; // where there is no engine to have them
    private readonly int _blockShift;
    private ulong _blockCount;

    /// <summary>A unit that copies within itself only.</summary>
    public BlockDevice(BlockDeviceOptions options, IBackingStore store, IoEngine? engine = null)
        : this(options, store, engine, copies: null)
    {
    }

    /// <param name="options">What it says about itself.</param>
    /// <param name="store">
    /// Its bytes; the device owns it. The length must be a multiple of the block size. With a <see cref="ProtectedStore"/> the unit supports
    /// protection information.
    /// </param>
    /// <param name="engine">Threads and buffers for a store that blocks; not needed for one that does not.</param>
    /// <param name="copies">What the units that can copy from each other share; null for a unit that copies within itself only.</param>
    /// <param name="ports">The target's ports and their groups; null: every port that somebody comes through is a group.</param>
    internal BlockDevice(BlockDeviceOptions options, IBackingStore store, IoEngine? engine, CopyManager? copies, TargetPorts? ports = null)
    {
        if (options.BlockSize is not (512 or 4096)) throw new ArgumentException("A block has 512 or 4096 bytes.", nameof(options));
        if (store.Length <= 0 || store.Length % options.BlockSize != 0)
            throw new ArgumentException("The store is not a whole number of blocks.", nameof(store));
        if (!store.IsInline) ArgumentNullException.ThrowIfNull(engine);
        Options = options;
        Store = store;
        _protected = store as ProtectedStore;
        TaskSet = new TaskSet(options.MaximumQueuedTasks);
        _engine = engine;
        if (engine is null && Protects) _buffers = new IoBufferPool(IoEngine.LargeLength, IoEngine.DefaultLargeBuffers);
        _blockShift = int.Log2(options.BlockSize);
        _blockCount = (ulong)store.Length >> _blockShift;
        PhysicalExponent = options.PhysicalBlockSize > options.BlockSize ? int.Log2(options.PhysicalBlockSize) - _blockShift : 0;
        Durable = options.StateFile is null && !options.RemembersState ? null : new DurableState(options.StateFile);
        Modes = new ModeParameters(TaskSet, options.WriteCache, FirstThreshold(options, store), Protects, BlockCount);
        Reservations = new ReservationTable(TaskSet.Nexuses, Durable);
        Medium = new Medium(options.Removable);
        Background = new BackgroundWork(this);
        Clock = new DeviceClock(options.Clock);
        Provisioning = new Provisioning(store, TaskSet, Modes, options.Pool, options.BlockSize);
        Access = new AccessStates(TaskSet.Nexuses, ports ?? new TargetPorts());
        Copies = copies ?? new CopyManager(options.Clock);
        if (options.Ejected) Medium.TryEject();
        if (Durable is not null)
        {
            Modes.Restore(Durable.State.ModePages);
            Identifier = Convert.FromHexString(Durable.State.Identifying);
            IdentifyingText = Convert.FromHexString(Durable.State.Text);
        }
        Copies.Add(this);
        if (Durable?.State.MediumWork is { } work) Background.Resume(work);
    }

    public LogicalUnitIdentity Identity => Options.Identity;

    public TaskSet TaskSet { get; }

    public BlockDeviceOptions Options { get; }

    /// <summary>Logical block length in bytes.</summary>
    public int BlockSize => Options.BlockSize;

    /// <summary>Capacity in logical blocks.</summary>
    public ulong BlockCount => Volatile.Read(ref _blockCount);

    internal IBackingStore Store { get; }

    internal uint MaximumTransferBlocks => (uint)(MaximumTransferBytes >> _blockShift);

    internal uint MaximumUnmapBlocks => (uint)(MaximumUnmapBytes >> _blockShift);

    internal uint MaximumAtomicBlocks => (uint)(MaximumAtomicBytes >> _blockShift);

    /// <summary>LOGICAL BLOCKS PER PHYSICAL BLOCK EXPONENT.</summary>
    internal int PhysicalExponent { get; }

    internal ModeParameters Modes { get; }

    internal ReservationTable Reservations { get; }

    internal Medium Medium { get; }

    internal OrWriteGenerations OrWriteGenerations { get; } = new();

    /// <summary>FORMAT UNIT and SANITIZE that no command waits for.</summary>
    internal BackgroundWork Background { get; }

    internal Provisioning Provisioning { get; }

    internal AccessStates Access { get; }

    internal CopyManager Copies { get; }

    internal DeviceCounters Counters { get; } = new();

    internal DeviceClock Clock { get; }

    internal DataBuffer Buffer { get; } = new();

    /// <summary>What outlives a power loss, or lasts as long as the data in memory; null when nothing is kept.</summary>
    internal DurableState? Durable { get; }

    /// <summary>Peripheral device identifying information.</summary>
    internal byte[] Identifier { get; set; } = [];

    /// <summary>Text identifying information.</summary>
    internal byte[] IdentifyingText { get; set; } = [];

    internal bool IsWriteProtected => Options.ReadOnly || Modes.SoftwareWriteProtect;

    /// <summary>Why it is write protected.</summary>
    internal Sense WriteProtection => Options.ReadOnly ? Sense.WriteProtected : Sense.SoftwareWriteProtected;

    /// <summary>A reset: mode parameters are the saved ones, the reservation of RESERVE and the wishes to keep the medium in are gone.</summary>
    public void OnReset()
    {
        Modes.Reset();
        Reservations.ForgetReserve(null);
        Medium.AllowAll();
    }

    /// <summary>
    /// An administrator's change of the access state through a target port group (an implicit transition, SPC-4 5.15.2.6). Any thread; every
    /// initiator is told.
    /// </summary>
    public void SetAccessState(ushort group, AccessState state) => Access.Set([(group, state)], AccessStates.SetImplicitly, by: null);

    /// <summary>
    /// Another capacity, in bytes, while the unit is in use; every initiator hears CAPACITY DATA HAS CHANGED (SBC-3 4.10). Any thread. False when its
    /// store cannot have it, or the medium is being worked on.
    /// </summary>
    public bool TryResize(long length)
    {
        if (length <= 0 || length % BlockSize != 0 || !Medium.IsReady || !Store.TryResize(length)) return false;
        Volatile.Write(ref _blockCount, (ulong)length >> _blockShift);
        TaskSet.Nexuses.Establish(UnitAttentions.CapacityDataHasChanged);
        return true;
    }

    /// <summary>What it is at this moment, for an administrator.</summary>
    public BlockDeviceStatus Status => new(
        Identity.SerialNumber, (long)BlockCount * BlockSize, BlockSize, Options.Thin, IsWriteProtected, Modes.WriteCache, Protects ? ProtectionType : null,
        Medium.State, Reservations.State.Registrations.Length, Reservations.State.IsReserved);

    public void OnNexusLoss(ItNexus nexus)
    {
        Reservations.ForgetReserve(nexus);
        Medium.Prevent(nexus, prevent: false);
    }

    /// <summary>Makes what was written durable and closes the store. Comes after the ports have stopped.</summary>
    public void Dispose()
    {
        Copies.Remove(this);
        Background.Dispose();
        Access.Dispose();
        if (!Options.ReadOnly) Store.Flush(); // an error here has nobody left to tell: nothing unflushed was promised
        Store.Dispose();
        _atomic.Dispose();
    }

    /// <summary>What a failure of the store at a byte offset is to an initiator.</summary>
    internal Sense SenseAt(StoreResult result, long offset) => SenseOf(result, (ulong)offset >> _blockShift);

    /// <summary>Whether a bit is set; those of unmapping are on thin units only.</summary>
    internal bool Has(ProvisioningBits bit) => (Options.Thin || bit == ProvisioningBits.Wsnz) && (Options.ProvisioningBits & bit) != 0;

    internal void CountRead(long bytes) => Counters.CountRead(bytes >> _blockShift);

    internal void CountWrite(long bytes) => Counters.CountWrite(bytes >> _blockShift);

    private static uint FirstThreshold(BlockDeviceOptions options, IBackingStore store) =>
        options.Threshold is { } percent ? (uint)Math.Max(1, (long)((decimal)(options.Pool ?? store.Length) * percent / 100) >> 20) : 0;
}
