using Sineta.Delivery.Intake;

namespace Sineta.Delivery.Dispatch;

/// <param name="Delivery">The delivery to send; null where the worker is gone.</param>
/// <param name="StartWorker">Another worker starts; the caller runs it.</param>
/// <param name="ResumeAfter">The worker is gone because of the lane's pace, and resumes the lane after so long.</param>
public readonly record struct NextWork(OpenDelivery? Delivery, bool StartWorker, TimeSpan? ResumeAfter);
