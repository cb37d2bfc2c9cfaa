using System.Globalization;

namespace Sineta.Learning.Tests.Stories;

/// <summary>The rules of the campus in memory: what a story has to come to. Days are counted; ids are those that the campus gave.</summary>
internal sealed class ModelCampus(ModelCourse[] courses, long[] users, long trailId)
{
    private readonly HashSet<(string, string)> _told = [];
    private readonly HashSet<int> _joined = [];
    private readonly HashSet<int> _finished = [];
    private ModelTrailItem[] _items = [];
    private int _action;
    private int _today;

    public List<ModelEnrollment> Enrollments { get; } = [];

    /// <summary>What is told, in order, by which action.</summary>
    public List<(string Slug, string Key, int Action)> Events { get; } = [];

    public int Today => _today;

    public void NextDay() => _today++;

    public void BeginAction() => _action++;

    /// <summary>The enrolment that is met, one that is over being ended; null where there is none that is open.</summary>
    public ModelEnrollment? Open(int who, int course) => Meet(who, course) is { Ended: null } open ? open : null;

    /// <summary>The learner's last enrolment in a course, ended where its last day is over.</summary>
    public ModelEnrollment? Meet(int who, int course)
    {
        var last = Enrollments.FindLast(e => e.Who == who && e.Course == course);
        if (last is { Ended: null } && last.LastDay < _today)
            last.Ended = "expired";
        return last;
    }

    public void Enrolled(int who, int course, long id)
    {
        Enrollments.Add(new ModelEnrollment(id, who, course) { LastDay = LastDay(course) });
        Tell("course.enrollment", $"campus/enrollment:{id}");
    }

    public int? LastDay(int course) => _today + courses[course].ValidityDays - 1;

    public void Complete(int who, int course, ModelContent content, bool right)
    {
        if (Open(who, course) is not { Suspended: false } open || content.IsRemoved)
            return;
        var isNew = open.Done.Add(content.Id);
        if (content.IsQuiz && right)
            open.Right.Add(content.Id);
        open.Begun.Add(content.Id);
        if (!isNew)
            return;
        Tell("content.completed", $"campus/enrollment:{open.Id}/content:{content.Id}");
        if (!open.IsCompleted && IsDone(open))
            CompleteCourse(open);
        FinishTrail(who);
    }

    public void Edited(int course)
    {
        var satisfied = Enrollments
            .Where(e => e.Course == course && e.Ended is null && !(e.LastDay < _today) && !e.IsCompleted && IsDone(e))
            .OrderBy(e => e.Who).ToList();
        satisfied.ForEach(CompleteCourse);
        satisfied.ForEach(e => FinishTrail(e.Who));
    }

    public void Join(int who)
    {
        _joined.Add(who);
        FinishTrail(who);
    }

    public void EditTrail(ModelTrailItem[] items)
    {
        _items = items;
        foreach (var who in _joined.Order())
            FinishTrail(who);
    }

    public void View(int who, int course)
    {
        if (Meet(who, course) is not { IsCompleted: true } met || met.Certificate == "achievement")
            return;
        var quizzes = courses[course].Contents.Where(c => c is { IsQuiz: true, IsRemoved: false }).ToList();
        var isAchieved = courses[course].Rate is { } rate
            && quizzes.Count(q => met.Right.Contains(q.Id)) * 100m >= rate * Math.Max(quizzes.Count, 1);
        if (met.Certificate is not null && !isAchieved)
            return;
        met.Certificate = isAchieved ? "achievement" : "participation";
        Tell("certificate.issued", $"campus/enrollment:{met.Id}/type:{met.Certificate}");
    }

    public int Progress(ModelEnrollment enrollment)
    {
        var required = Required(enrollment);
        return enrollment.IsCompleted ? 100
            : required.Count == 0 ? 0
            : 100 * required.Count(c => enrollment.Done.Contains(c.Id)) / required.Count;
    }

    private List<ModelContent> Required(ModelEnrollment enrollment) =>
        [.. courses[enrollment.Course].Contents.Where(c => c is { IsRequired: true, IsRemoved: false })];

    private bool IsDone(ModelEnrollment enrollment) =>
        Required(enrollment) is { Count: > 0 } required && required.TrueForAll(c => enrollment.Done.Contains(c.Id));

    private void CompleteCourse(ModelEnrollment enrollment)
    {
        enrollment.IsCompleted = true;
        Tell("course.completed", $"campus/enrollment:{enrollment.Id}");
    }

    private void FinishTrail(int who)
    {
        if (_joined.Contains(who) && _items.Length > 0 && _items.All(item => IsItemDone(who, item)) && _finished.Add(who))
            Tell("trail.completed", $"campus/user:{users[who]}/trail:{trailId}");
    }

    private bool IsItemDone(int who, ModelTrailItem item) => Enrollments.Exists(
        e => e.Who == who && (item.Content is { } content ? e.Done.Contains(content) : e.Course == item.Course && e.IsCompleted));

    private void Tell(string slug, FormattableString key)
    {
        var written = key.ToString(CultureInfo.InvariantCulture);
        if (_told.Add((slug, written)))
            Events.Add((slug, written, _action));
    }
}

internal sealed record ModelCourse(long Id, long LessonId, int? ValidityDays, decimal? Rate, List<ModelContent> Contents);

internal sealed record ModelContent(long Id, bool IsQuiz)
{
    public bool IsRequired { get; set; } = true;

    public bool IsRemoved { get; set; }
}

internal sealed record ModelEnrollment(long Id, int Who, int Course)
{
    public int? LastDay { get; set; }

    public bool Suspended { get; set; }

    public string? Ended { get; set; }

    public bool IsCompleted { get; set; }

    public string? Certificate { get; set; }

    /// <summary>What is completed now: a reset takes it out.</summary>
    public HashSet<long> Done { get; } = [];

    public HashSet<long> Begun { get; } = [];

    /// <summary>The quizzes whose best attempt is right.</summary>
    public HashSet<long> Right { get; } = [];
}

/// <summary>A course of the trail, or a content that stands alone.</summary>
internal sealed record ModelTrailItem(int Course, long? Content = null);
