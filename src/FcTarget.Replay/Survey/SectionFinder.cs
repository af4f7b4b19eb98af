// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fip;

namespace FcTarget.Replay.Survey;

// SECTION FINDER - theory of operation
//   Job      Tells where a capture goes on as another one: after a pause, with another target at the same N_Port_ID, with other logical units, or
//            in a session that is not logged in. Each section is replayed as if it were a capture of its own.
//   Restart  A frame at which something may have begun anew: a silence, a port that comes up, a login, a unit attention. By itself it ends nothing.
//   Fact     What a target or a unit says of itself. It is remembered with the number of restarts before it was said last.
//   Rule     A fact that is said otherwise ends a section, at the strongest restart between the two; the first of several. If there is no restart
//            between them, nothing is ended: that answer is different, and the replay says so.
//   Content  What a unit holds is a fact only across a login with the unit attention POWER ON: otherwise other data is an error of the target.
//   Always   Time that goes back, or that stands still where FIP keep alives are due, ends a section by itself.
//   Bounded  Of more restarts or facts than anybody has, those beyond are not looked at.
//   Proof    SectionTests

/// <summary>Finds the sections of a capture, in one pass.</summary>
internal sealed class SectionFinder
{
    private const int MostSections = 4096, MostRestarts = 65536, MostFacts = 65536;
    private const uint MostKeepAlives = 90_000; // ms; FC-BB-6 allows no more

    /// <summary>Captures that follow each other in one file rarely follow each other in time; frames that change places do so within less.</summary>
    private const long TimeBack = 10_000_000_000;

    /// <summary>A pause in which sessions may have changed.</summary>
    private const long Pause = 5_000_000_000;

    /// <summary>Periods of FIP keep alives after which a port is given up that does not send any (FC-BB-6: 2.5).</summary>
    private const double KeepAlivesLost = 2.5;

    private readonly List<(long Frame, Restart Kind)> _restarts = [];
    private readonly Dictionary<(uint Port, int Lun, Trait Trait), (string Value, int Restarts)> _facts = [];
    private readonly Dictionary<ulong, (long Frame, int Restarts)> _loggedOut = [];
    private readonly List<long> _starts = [];
    private int _begun; // restarts up to this one belong to sections that have ended
    private long _time = long.MaxValue;
    private bool _hasFip;
    private uint _keepAlives = FipFkaAdvPeriodDescriptor.DefaultPeriod; // ms

    /// <summary>The first frame of each section but the first, ascending.</summary>
    public IReadOnlyList<long> Starts => _starts;

    /// <summary>An FCF advertises this FKA_ADV_PERIOD, in milliseconds.</summary>
    public void OnKeepAlivePeriod(uint period) => _keepAlives = Math.Clamp(period, FipFkaAdvPeriodDescriptor.DefaultPeriod, MostKeepAlives);

    /// <summary>A frame comes.</summary>
    public void OnFrame(long frame, long time, bool isFip)
    {
        long step = _time == long.MaxValue ? 0 : time - _time;
        _time = step < 0 && step > -TimeBack ? _time : time;
        bool isPause = step > Pause;
        if (step <= -TimeBack || (_hasFip && step > KeepAlivesLost * _keepAlives * 1e6)) Begin(frame);
        else if (isPause) OnRestart(frame, Restart.Pause);
        _hasFip |= isFip;
    }

    /// <summary>Something begins anew with this frame, or may do so.</summary>
    public void OnRestart(long frame, Restart kind)
    {
        if (_restarts.Count < MostRestarts && (_restarts.Count == 0 || _restarts[^1] != (frame, kind))) _restarts.Add((frame, kind));
    }

    /// <summary>A target, or one of its logical units, says this of itself.</summary>
    /// <param name="port">Its N_Port_ID.</param>
    /// <param name="lun">The LUN; -1 for the target itself.</param>
    /// <param name="trait">What it tells.</param>
    /// <param name="value">That.</param>
    public void OnFact(FcId port, int lun, Trait trait, string value)
    {
        if (_facts.TryGetValue((port.Value, lun, trait), out (string Value, int Restarts) known) && known.Restarts >= _begun && known.Value != value)
            BeginBetween(known.Restarts, long.MaxValue);
        if (_facts.Count >= MostFacts) _facts.Clear();
        _facts[(port.Value, lun, trait)] = (value, _restarts.Count);
    }

    /// <summary>How many restarts there have been.</summary>
    public int Restarts => _restarts.Count;

    /// <summary>A block holds something else than it did. That is an error, unless its target was powered on in between.</summary>
    /// <param name="known">How many restarts there had been when it held the other.</param>
    public void OnOtherContent(int known)
    {
        bool hasLogin = false, hasPowerOn = false;
        for (int i = known; known >= _begun && i < _restarts.Count; i++)
        {
            hasLogin |= _restarts[i].Kind >= Restart.Login;
            hasPowerOn |= hasLogin && _restarts[i].Kind == Restart.PowerOn;
        }
        if (hasPowerOn) BeginBetween(known, long.MaxValue);
    }

    /// <summary>A session ends.</summary>
    public void OnLogout(ulong session, long frame)
    {
        if (_loggedOut.Count >= MostFacts) _loggedOut.Clear();
        _loggedOut[session] = (frame, _restarts.Count);
    }

    /// <summary>A session begins.</summary>
    public void OnLogin(ulong session) => _loggedOut.Remove(session);

    /// <summary>A command was answered, as only a target answers that is logged in with: of a session that has ended, frames are missing.</summary>
    /// <param name="session">The session.</param>
    /// <param name="frame">The FCP_CMND.</param>
    public void OnAnswered(ulong session, long frame)
    {
        if (_loggedOut.Count == 0 || !_loggedOut.TryGetValue(session, out (long Frame, int Restarts) ended) || frame <= ended.Frame) return;
        if (!BeginBetween(ended.Restarts, frame)) Begin(frame);
        _loggedOut.Remove(session);
    }

    /// <summary>A section begins at the strongest of the restarts from this one on, and not after that frame.</summary>
    private bool BeginBetween(int first, long last)
    {
        int best = -1;
        for (int i = Math.Max(first, _begun); i < _restarts.Count && _restarts[i].Frame <= last; i++)
            if (best < 0 || _restarts[i].Kind > _restarts[best].Kind) best = i;
        if (best < 0) return false;
        _begun = best + 1;
        Add(_restarts[best].Frame);
        foreach (ulong session in _loggedOut.Where(s => s.Value.Frame < _restarts[best].Frame).Select(static s => s.Key).ToList()) _loggedOut.Remove(session);
        return true;
    }

    private void Begin(long frame)
    {
        _begun = _restarts.Count;
        _hasFip = false;
        _facts.Clear();
        _loggedOut.Clear();
        Add(frame);
    }

    private void Add(long frame)
    {
        if (frame > 1 && _starts.Count < MostSections && (_starts.Count == 0 || frame > _starts[^1])) _starts.Add(frame);
    }
}

/// <summary>Where a section may begin, the weakest first.</summary>
internal enum Restart
{
    /// <summary>A unit attention says that the unit, its data or the nexus is new.</summary>
    UnitAttention,

    /// <summary>A unit attention says that the target was powered on.</summary>
    PowerOn,

    /// <summary>A login of two N_Ports.</summary>
    Login,

    /// <summary>A port comes up: it looks for a fabric or an N_Port_ID, or logs in with the fabric.</summary>
    Arrival,

    /// <summary>Nothing was heard for seconds.</summary>
    Pause,
}

/// <summary>What targets and logical units tell of themselves.</summary>
internal enum Trait
{
    PortName,
    Vlan,
    Product,
    SerialNumber,
    Designator,
    Capacity,
}
