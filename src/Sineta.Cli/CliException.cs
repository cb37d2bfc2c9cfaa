namespace Sineta.Cli;

/// <summary>What was asked for cannot be done, and the person at the terminal is told why.</summary>
/// <param name="sentence">One plain sentence.</param>
/// <param name="inner">What it was found out by.</param>
internal sealed class CliException(string sentence, Exception? inner = null) : Exception(sentence, inner)
{
    /// <summary>Whether the same may be possible a little later.</summary>
    public bool MayPass { get; init; }
}
