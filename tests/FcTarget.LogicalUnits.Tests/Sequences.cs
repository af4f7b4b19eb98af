// SPDX-License-Identifier: MIT

using FsCheck;
using Xunit.Abstractions;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>Property tests over random sequences of commands. The environment variable PROPERTY_TIMES asks for that many times the usual number.</summary>
internal static class Sequences
{
    private const int Usual = 100;

    private static readonly int Times = int.TryParse(Environment.GetEnvironmentVariable("PROPERTY_TIMES"), out int times) ? times : 1;

    /// <summary>Holds a property against random sequences, and says how many.</summary>
    public static void Check(this Property property, ITestOutputHelper output)
    {
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(Usual * Times));
        output.WriteLine($"{Usual * Times} sequences");
    }
}
