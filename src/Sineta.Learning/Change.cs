using Sineta.Events;

namespace Sineta.Learning;

/// <summary>What became of something that was asked for.</summary>
public abstract record Change<T>
{
    private Change()
    {
    }

    /// <summary>It is committed; or was so before, where asking twice is asking once.</summary>
    public sealed record Made(T Value) : Change<T>;

    /// <summary>The institution has no such thing; the sentence names it.</summary>
    public sealed record Unknown(string Sentence) : Change<T>;

    /// <summary>It cannot be as it was given: every fault, by JSON pointer. Nothing was changed.</summary>
    public sealed record Refused(IReadOnlyList<Fault> Faults) : Change<T>;

    /// <summary>Its state does not allow it; the sentence says what to do. Nothing was changed.</summary>
    public sealed record Impossible(string Sentence) : Change<T>;

    /// <summary>
    /// It would complete something for this many learners, and tell of it: whoever asks for it again confirms that number. Nothing was changed.
    /// </summary>
    public sealed record Unconfirmed(int Completions) : Change<T>;
}
