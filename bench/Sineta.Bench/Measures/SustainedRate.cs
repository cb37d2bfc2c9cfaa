namespace Sineta.Bench.Measures;

/// <summary>The highest rate of an open loop that is kept up with: everything is sent at its moment and arrives soon after.</summary>
internal static class SustainedRate
{
    private const double CoarseStep = 1.5, FineStep = 1.1;
    private const double SlowestP99Ms = 1_000;
    private const double MostUnsent = 0.01;
    private const int MostSteps = 20;

    public static bool IsKept(Window window) =>
        window.Load is { Failed: 0, Overloaded: 0 } load && load.Unsent <= load.Events * MostUnsent
        && window.Sink is { Missing: 0, P99Ms: < SlowestP99Ms };

    public static string Verdict(Window window) =>
        $"{(IsKept(window) ? "kept" : "not kept")}, p99 {window.Sink!.P99Ms:F0} ms, " +
        $"{window.Load!.Unsent:N0} unsent, foreign CPU {window.Foreign:P0}";

    /// <summary>Climbs from a rate in coarse steps until it is too much, then back and up in fine ones.</summary>
    /// <param name="trial">Load at a rate, for a few seconds.</param>
    public static async Task<double> FindAsync(double from, Func<double, Task<Window>> trial)
    {
        var (kept, rate) = (0.0, from);
        for (var steps = 0; steps < MostSteps; steps++)
        {
            var holds = IsKept(await trial(rate));
            if (holds)
                kept = rate;
            if (!holds && kept > 0)
                return await ClimbAsync(kept, rate, trial);
            rate = holds ? rate * CoarseStep : rate / CoarseStep;
        }

        return kept;
    }

    /// <summary>In fine steps from a rate that should be kept: up while it is, down while it is not.</summary>
    public static async Task<double> RefineAsync(double from, Func<double, Task<Window>> trial)
    {
        for (var (rate, steps) = (from, 0); steps < MostSteps; steps++, rate /= FineStep)
        {
            if (IsKept(await trial(rate)))
                return rate < from ? rate : await ClimbAsync(rate, double.MaxValue, trial);
        }

        return 0;
    }

    private static async Task<double> ClimbAsync(double kept, double below, Func<double, Task<Window>> trial)
    {
        for (var steps = 0; steps < MostSteps && kept * FineStep < below && IsKept(await trial(kept * FineStep)); steps++)
            kept *= FineStep;
        return kept;
    }
}
