// SPDX-License-Identifier: MIT

namespace FcTarget.Replay.Tests;

/// <summary>Captures that were damaged on their way: whatever they hold, a replay ends, and never with an exception.</summary>
public sealed class MutationTests
{
    /// <summary>Mutants of all captures together, and the first seed; others with REPLAY_MUTANTS and REPLAY_SEED in the environment.</summary>
    private static readonly int Mutants = Asked("REPLAY_MUTANTS", 1000), FirstSeed = Asked("REPLAY_SEED", 1);

    public static TheoryData<string> Names() => Captures.Names();

    [Theory, MemberData(nameof(Names))]
    public void A_mutated_capture_replays_without_exception_or_hang(string name)
    {
        List<(byte[] Frame, long Time)> original = Captures.Frames(name);
        int each = (Mutants + Captures.Names().Count - 1) / Captures.Names().Count;
        Parallel.For(FirstSeed, FirstSeed + each, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed => ReplayMutant(original, seed, name));
    }

    private static void ReplayMutant(List<(byte[] Frame, long Time)> original, int seed, string name)
    {
        List<(byte[] Frame, long Time)> mutant = Mutate(original, new Random(seed));
        try
        {
            (_, ReplayTotals totals) = Captures.Replay(mutant);
            totals.Fault.Should().BeNull($"the port must take mutant {seed} of {name}");
            totals.Frames.Should().Be(mutant.Count);
        }
        catch (ReplayException refusal)
        {
            refusal.Message.Should().NotBeEmpty().And.NotContain("\n");
        }
    }

    private static int Asked(string name, int usual) => int.TryParse(Environment.GetEnvironmentVariable(name), out int asked) ? asked : usual;

    /// <summary>Flips bits, with a CRC that fits afterwards or not, drops frames, repeats them, swaps them, and turns clocks.</summary>
    private static List<(byte[] Frame, long Time)> Mutate(List<(byte[] Frame, long Time)> original, Random random)
    {
        List<(byte[] Frame, long Time)> frames = [.. original.Select(f => (f.Frame.ToArray(), f.Time))];
        for (int left = random.Next(1, 8); left > 0 && frames.Count > 1; left--)
        {
            int at = random.Next(frames.Count);
            switch (random.Next(6))
            {
                case 0:
                    frames.RemoveAt(at);
                    break;
                case 1:
                    frames.Insert(random.Next(frames.Count), (frames[at].Frame.ToArray(), frames[at].Time));
                    break;
                case 2:
                    int other = random.Next(frames.Count);
                    (frames[at], frames[other]) = (frames[other], frames[at]);
                    break;
                case 3:
                    frames[at] = (frames[at].Frame, frames[at].Time + random.NextInt64(-100_000_000_000, 100_000_000_000_000));
                    break;
                default:
                    byte[] frame = frames[at].Frame;
                    for (int flips = random.Next(1, 4); flips > 0; flips--) frame[random.Next(14, frame.Length)] ^= (byte)(1 << random.Next(8));
                    if (random.Next(3) > 0 && frame[12] == 0x89 && frame[13] == 0x06 && frame.Length >= 60) ReferenceReplayTests.Seal(frame);
                    break;
            }
        }
        return frames;
    }
}
