namespace Sineta.Server.Pages.Components;

/// <summary>What a chart shows: series over the same points of time.</summary>
/// <param name="Title">What it is of.</param>
/// <param name="Points">The labels of the points, in order.</param>
/// <param name="Series">Each has as many values as there are points.</param>
/// <param name="Format">How a value is written: a format of .NET, such as <c>N0</c>.</param>
public sealed record Chart(string Title, IReadOnlyList<string> Points, IReadOnlyList<ChartSeries> Series, string Format = "N0")
{
    public bool IsEmpty => Series.All(static s => s.Values.All(static v => v is null or 0));
}

/// <param name="Name">As the legend has it.</param>
/// <param name="Tone">ok, wait, bad, still, or one to three for lines.</param>
/// <param name="Values">Null where nothing was measured.</param>
public sealed record ChartSeries(string Name, string Tone, IReadOnlyList<double?> Values);

/// <summary>Where a chart's values lie on its canvas.</summary>
internal sealed class ChartScale(int points, double highest)
{
    private static readonly double[] Steps = [1, 2, 5, 10];

    public const double Width = 600;
    public const double Height = 160;
    public const double Left = 48;
    public const double Bottom = 20;

    /// <summary>A round number that no value is over.</summary>
    public double Top { get; } = Round(highest);

    public double Step => Width / Math.Max(points, 1);

    /// <summary>The left edge of a point's column.</summary>
    public double X(int point) => Left + (point * Step);

    public double Y(double value) => Height - HeightOf(value) + 8;

    public double HeightOf(double value) => value / Top * (Height - 8);

    private static double Round(double highest)
    {
        if (highest <= 0)
            return 1;
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(highest)));
        return Steps.First(step => step * magnitude >= highest) * magnitude;
    }
}
