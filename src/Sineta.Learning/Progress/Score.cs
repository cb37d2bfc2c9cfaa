namespace Sineta.Learning.Progress;

/// <summary>
/// What an attempt at a quiz was worth, of what it could be: kept as both, so that it is compared without rounding (R14).
/// </summary>
/// <param name="Points">With at most two decimals.</param>
/// <param name="Possible">The points of all questions; over 0.</param>
public readonly record struct Score(decimal Points, decimal Possible)
{
    /// <summary>0 to 100.</summary>
    public decimal Percent => 100 * Points / Possible;

    public bool IsBetterThan(Score other) => Points * other.Possible > other.Points * Possible;
}
