// SPDX-License-Identifier: MIT

using FcTarget.Initiator;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Wire;

namespace FcTarget.Benchmarks.Live;

// INITIATOR LOAD - theory of operation
//   Job      Keep Depth commands under way to a target with the software initiator, and take the time of each.
//   Owner    The initiator's port loop, which submits the next command when one ends; Run waits on its caller's thread.
//   Always   A command that does not end with GOOD counts as an error and is followed by the next one all the same.

/// <summary>The software initiator as load. See the theory of operation in the file.</summary>
internal sealed class InitiatorLoad : ILoopWork
{
    private static readonly TimeSpan LoginPatience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SortedDictionary<string, long> _errors = [];
    private readonly Latencies _latencies = new();
    private readonly Random _random = new(1);
    private readonly FcpInitiator _initiator;
    private readonly RemotePort _target;
    private readonly LoadOptions _options;
    private readonly DiskCapacity _disk;
    private long _start;
    private int _left;

    private InitiatorLoad(FcpInitiator initiator, RemotePort target, DiskCapacity disk, LoadOptions options)
    {
        _initiator = initiator;
        _target = target;
        _disk = disk;
        _options = options;
    }

    private static TimeProvider Clock => TimeProvider.System;

    /// <summary>Logs in with the first target on the wire, loads it, and logs out.</summary>
    /// <exception cref="TimeoutException">There is no target.</exception>
    /// <exception cref="ScsiCommandException">Its LUN 0 is no disk that answers.</exception>
    public static async Task<LoadResult> RunAsync(IFrameWire wire, LoadOptions options)
    {
        using CancellationTokenSource stop = new();
        FcPort port = new(wire, new PortOptions { Topology = options.Topology }, Clock, new FcProvider());
        FcpInitiator initiator = FcpInitiator.AddTo(port);
        InitiatorClient client = new(initiator);
        Thread loop = new(() => port.Loop.Run(stop.Token)) { Name = "initiator" };
        loop.Start();
        try
        {
            InitiatorTarget target = await client.WaitForTargetAsync(null, LoginPatience);
            await client.WaitUntilReadyAsync(target, default);
            InitiatorLoad load = new(initiator, target.Remote, await client.ReadCapacityAsync(target, default), options);
            port.Loop.Post(load);
            await load._done.Task;
            TimeSpan elapsed = Clock.GetElapsedTime(load._start);
            foreach ((string name, long count) in initiator.Counters.Violations()) load._errors[name] = count;
            return new LoadResult(options, load._latencies, elapsed, load._errors);
        }
        finally
        {
            port.RequestStop(stop.Cancel);
            loop.Join();
        }
    }

    /// <summary>Begins: on the loop.</summary>
    public void RunOnLoop(int kind)
    {
        _start = Clock.GetTimestamp();
        _left = _options.Depth;
        for (int i = 0; i < _options.Depth; i++) Submit(new Stream(this));
    }

    private void Submit(Stream stream)
    {
        uint blocks = (uint)(_options.Length / (int)_disk.BlockSize);
        ulong lba = (ulong)_random.NextInt64((long)(_disk.Blocks / blocks)) * blocks;
        Span<byte> cdb = stackalloc byte[BlockCdb.MaxLength];
        int length = _options.Writes ? BlockCdb.Write(cdb, lba, blocks) : BlockCdb.Read(cdb, lba, blocks);
        stream.Command.Cdb = cdb[..length];
        stream.Begun = Clock.GetTimestamp();
        _initiator.Submit(stream.Command);
    }

    private void OnCompleted(Stream stream)
    {
        if (stream.Command.IsGood)
        {
            _latencies.Add(Clock.GetElapsedTime(stream.Begun));
        }
        else
        {
            InitiatorOutcome outcome = stream.Command.Outcome;
            string name = outcome == InitiatorOutcome.Completed ? stream.Command.Status.ToString() : outcome.ToString();
            _errors[name] = _errors.GetValueOrDefault(name) + 1;
        }
        // Without an image pair commands end at once: no use in sending more.
        bool goOn = stream.Command.Outcome != InitiatorOutcome.PortLost && Clock.GetElapsedTime(_start) < _options.Time;
        if (goOn) Submit(stream);
        else if (--_left == 0) _done.SetResult();
    }

    /// <summary>One of the commands that are under way at once.</summary>
    private sealed class Stream : ICommandOwner
    {
        private readonly InitiatorLoad _load;

        public Stream(InitiatorLoad load)
        {
            _load = load;
            Command = new InitiatorCommand { Target = load._target, Owner = this };
            byte[] buffer = new byte[load._options.Length];
            if (load._options.Writes) Command.DataOut = buffer;
            else Command.DataIn = buffer;
        }

        public InitiatorCommand Command { get; }

        public long Begun { get; set; }

        public void OnCompleted(InitiatorCommand command) => _load.OnCompleted(this);
    }
}
