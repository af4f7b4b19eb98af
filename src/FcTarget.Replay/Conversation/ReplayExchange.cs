// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.LinkServices;
using FcTarget.Replay.Compare;
using FcTarget.Replay.Live;
using FcTarget.Replay.Survey;

namespace FcTarget.Replay.Conversation;

/// <summary>What an exchange is about.</summary>
internal enum ExchangeType : byte
{
    /// <summary>An FCP_CMND, or a task management function.</summary>
    Fcp,

    /// <summary>An ELS, an FC-4 link service, or a request to a generic service.</summary>
    LinkService,

    /// <summary>ABTS.</summary>
    Abort,

    /// <summary>A FIP request that is answered.</summary>
    Fip,
}

/// <summary>An exchange that a peer began, and what the two targets answered. Objects are used again.</summary>
internal sealed class ReplayExchange
{
    private List<HeldData> _held = [];
    private List<HeldData> _spare = [];
    private readonly List<string> _notes = [];
    private int _heldLength;

    public ulong Key { get; private set; }

    public ExchangeType Type { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The frame that began it, and its time in nanoseconds since 1970.</summary>
    public long Number { get; private set; }

    public long Time { get; private set; }

    public FcId Originator { get; private set; }

    public OxId OxId { get; private set; }

    /// <summary>LUN of an FCP_CMND; -1 of others.</summary>
    public int Lun { get; set; } = -1;

    public FcpAnswer Captured { get; } = new();

    public FcpAnswer Ours { get; } = new();

    public LinkServiceAnswer CapturedReply { get; } = new();

    public LinkServiceAnswer OurReply { get; } = new();

    /// <summary>The RX_ID that our target gave it.</summary>
    public RxId OurRxId { get; set; }

    /// <summary>It was given to our target and may be open there.</summary>
    public bool IsOpenInOurs { get; set; }

    public Conditions Conditions { get; set; }

    /// <summary>Of an ELS: the request; not defined for others.</summary>
    public ElsCommand Asked { get; set; }

    /// <summary>A request to a generic service.</summary>
    public bool IsCt { get; set; }

    /// <summary>The fabric answers it, not an N_Port.</summary>
    public bool IsFabric { get; set; }

    /// <summary>How often the command was repeated after a unit attention of ours.</summary>
    public int Repeats { get; set; }

    /// <summary>What our target asks for now: from the first offset up to the second. Equal: nothing.</summary>
    public (uint From, uint To) Burst { get; set; }

    /// <summary>Our target is given the write data when the captured one answers, and not before.</summary>
    public bool WaitsForRsp { get; set; }

    /// <summary>Some of the write data is not in the capture, and has to be made up; null when all is there.</summary>
    public LostWrite? Lost { get; set; }

    /// <summary>The FCP_CMND as it was given to our target, for repeating it.</summary>
    public byte[] Request { get; private set; } = [];

    public int RequestLength { get; private set; }

    /// <summary>In the role of the initiator: the command as the live target has it; null before it is sent.</summary>
    public LiveCommand? Live { get; set; }

    /// <summary>Bytes of write data in <see cref="Held"/>.</summary>
    public int HeldLength => _heldLength;

    /// <summary>Write data of the capture that our target has not asked for yet.</summary>
    public List<HeldData> Held => _held;

    /// <summary>What the report says of it besides the differences.</summary>
    public List<string> Notes => _notes;

    /// <summary>Both answers are complete.</summary>
    public bool IsComplete => Type == ExchangeType.Fcp ? Captured.HasRsp && Ours.HasRsp : CapturedReply.IsComplete && OurReply.IsComplete;

    public void Begin(ulong key, ExchangeType type, string name, long number, long time, FcId originator, OxId oxId)
    {
        (Key, Type, Name, Number, Time, Originator, OxId) = (key, type, name, number, time, originator, oxId);
        Lun = -1;
        OurRxId = RxId.Unassigned;
        IsOpenInOurs = WaitsForRsp = false;
        Lost = null;
        Conditions = Conditions.None;
        Repeats = 0;
        Burst = default;
        RequestLength = 0;
        Asked = default;
        IsCt = IsFabric = false;
        _heldLength = 0;
        _notes.Clear();
    }

    /// <summary>Keeps write data until our target asks for it. What is beyond all bounds is dropped, and missed when it is asked for.</summary>
    public void Hold(uint offset, ReadOnlySpan<byte> data)
    {
        if (_heldLength + data.Length > FcpAnswer.MostData || data.IsEmpty) return;
        _heldLength += data.Length;
        _held.Add(HeldData.Of(offset, data));
    }

    /// <summary>What is held, in the order of its offsets.</summary>
    public void SortHeld() => _held.Sort(static (a, b) => a.Offset.CompareTo(b.Offset));

    public void Keep(ReadOnlySpan<byte> request)
    {
        if (Request.Length < request.Length) Request = new byte[request.Length];
        request.CopyTo(Request);
        RequestLength = request.Length;
    }

    /// <summary>All that is held, in the order it came; <see cref="Hold"/> begins anew.</summary>
    public List<HeldData> TakeHeld()
    {
        List<HeldData> taken = _held;
        (_held, _spare) = (_spare, []);
        _heldLength = 0;
        return taken;
    }

    /// <summary>The list of <see cref="TakeHeld"/> is used again.</summary>
    public void ReturnHeld(List<HeldData> taken)
    {
        taken.Clear();
        _spare = taken;
    }

    /// <summary>Gives back what it holds.</summary>
    public void Clear()
    {
        Captured.Clear();
        Ours.Clear();
        CapturedReply.Clear();
        OurReply.Clear();
        foreach (HeldData data in _held) data.Release();
        _held.Clear();
        Live?.Dispose();
        Live = null;
    }
}
