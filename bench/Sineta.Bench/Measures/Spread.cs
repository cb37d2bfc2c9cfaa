using System.Text.Json.Nodes;

namespace Sineta.Bench.Measures;

/// <summary>The median of several runs, with the least and the most.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return new Spread(sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }

    public string Show(string format) => $"{Median.ToString(format)} [{Min.ToString(format)}–{Max.ToString(format)}]";

    public JsonArray Range(int digits) => [Round(Min, digits), Round(Max, digits)];

    public double Rounded(int digits) => Round(Median, digits);

    private static double Round(double value, int digits) => double.IsFinite(value) ? Math.Round(value, digits) : 0;
}
