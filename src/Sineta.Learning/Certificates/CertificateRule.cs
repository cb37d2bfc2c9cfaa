using System.Numerics;
using Sineta.Events;
using Sineta.Learning.Progress;

namespace Sineta.Learning.Certificates;

/// <summary>Which certificate a learner gets (R14), and whether it takes the place of the one that was issued (R15).</summary>
internal static class CertificateRule
{
    /// <summary>
    /// An achievement where the template offers one and the mean of the best scores reaches its rate, compared without any rounding. A quiz
    /// that was never submitted scores 0; the mean of no quizzes at all is 0.
    /// </summary>
    /// <param name="best">By graded content of the course.</param>
    public static CertificateType TypeFor(CertificateType offered, decimal approvalRate, IReadOnlyList<Score?> best)
    {
        if (offered is CertificateType.Participation)
            return CertificateType.Participation;
        var (sum, of) = (BigInteger.Zero, BigInteger.One);
        foreach (var score in best.OfType<Score>())
        {
            var (points, possible) = (Hundredths(score.Points), Hundredths(score.Possible));
            (sum, of) = ((sum * possible) + (points * of), of * possible);
        }

        // sum / of / count ≥ rate / 100, the rate in hundredths
        return 100 * 100 * sum >= Hundredths(approvalRate) * of * Math.Max(best.Count, 1)
            ? CertificateType.Achievement : CertificateType.Participation;
    }

    /// <summary>What is to be issued; null where the one that was issued is shown again.</summary>
    public static CertificateType? Next(CertificateType? issued, CertificateType deserved) => issued switch
    {
        null => deserved,
        CertificateType.Participation when deserved is CertificateType.Achievement => CertificateType.Achievement,
        _ => null,
    };

    private static BigInteger Hundredths(decimal number) => new(number * 100);
}
