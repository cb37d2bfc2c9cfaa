using System.Text.Json.Serialization;

namespace Sineta.Events;

/// <summary>
/// Something a learner did, as the <c>data</c> of one of the five events tells it. The five records are the contract itself: their
/// properties in order are the keys in order, and the rules on them are what reading, writing and the JSON Schemas go by.
/// </summary>
public abstract record ActivityEvent
{
    private protected ActivityEvent() { }

    /// <summary>Which of the five it is.</summary>
    [JsonIgnore]
    public EventType Type => this switch
    {
        ContentCompleted => EventTypes.ContentCompleted,
        CourseCompleted => EventTypes.CourseCompleted,
        TrailCompleted => EventTypes.TrailCompleted,
        CertificateIssued => EventTypes.CertificateIssued,
        _ => EventTypes.CourseEnrollment,
    };
}
