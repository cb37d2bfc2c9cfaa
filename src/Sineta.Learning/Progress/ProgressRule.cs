namespace Sineta.Learning.Progress;

/// <summary>How many of a course's required contents there are now, and how many of them are completed under an enrolment.</summary>
public readonly record struct RequiredContents(int Completed, int All)
{
    /// <summary>Nothing is left to be done. A course that requires nothing is never complete.</summary>
    public bool AreDone => All > 0 && Completed == All;

    /// <summary>Whole percent, rounded down (R7).</summary>
    /// <param name="isCompleted">The course was completed once: it stays so, whatever is added to it (R8).</param>
    public int Progress(bool isCompleted) => isCompleted ? 100 : All == 0 ? 0 : (int)(100L * Completed / All);
}
