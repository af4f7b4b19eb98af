// SPDX-License-Identifier: MIT

using System.Globalization;

namespace FcTarget.Benchmarks.ProbeCost;

/// <summary>Ratio of the geometric means of two samples, with its 95 % confidence interval: Welch's t of the logarithms.</summary>
internal readonly record struct Ratio(double Value, double From, double To)
{
    public static Ratio Of(double[] dividend, double[] divisor)
    {
        (double meanA, double errorA) = MeanAndError(dividend);
        (double meanB, double errorB) = MeanAndError(divisor);
        double error = Math.Sqrt(errorA + errorB);
        // Welch-Satterthwaite: degrees of freedom of the difference of two means of unequal variance.
        double freedom = Math.Pow(errorA + errorB, 2) / (errorA * errorA / (dividend.Length - 1) + errorB * errorB / (divisor.Length - 1));
        double half = error == 0 ? 0 : Quantile975(freedom) * error;
        return new Ratio(Math.Exp(meanA - meanB), Math.Exp(meanA - meanB - half), Math.Exp(meanA - meanB + half));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value:F4} ({From:F4} to {To:F4})");

    /// <summary>Mean of the logarithms and the square of its standard error.</summary>
    private static (double Mean, double Error) MeanAndError(double[] values)
    {
        double mean = values.Average(Math.Log);
        double variance = values.Sum(v => Math.Pow(Math.Log(v) - mean, 2)) / (values.Length - 1);
        return (mean, variance / values.Length);
    }

    /// <summary>97.5 % quantile of Student's t: the Cornish-Fisher expansion of the normal quantile, within 2 % from 4 degrees on.</summary>
    private static double Quantile975(double freedom)
    {
        const double Z = 1.959964;
        double g1 = (Math.Pow(Z, 3) + Z) / 4;
        double g2 = (5 * Math.Pow(Z, 5) + 16 * Math.Pow(Z, 3) + 3 * Z) / 96;
        double g3 = (3 * Math.Pow(Z, 7) + 19 * Math.Pow(Z, 5) + 17 * Math.Pow(Z, 3) - 15 * Z) / 384;
        return Z + g1 / freedom + g2 / (freedom * freedom) + g3 / Math.Pow(freedom, 3);
    }
}
