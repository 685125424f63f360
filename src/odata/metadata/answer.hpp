// The answer to a Question: JSON, or the document of $metadata, or that it is still the same.
#pragma once

#include "base/http_message.hpp"
#include "odata/metadata/definition.hpp"
#include "odata/metadata/question.hpp"
#include "odata/response/responder.hpp"

namespace rookery::odata::metadata {

/// Precondition: the context holds a Question.
[[nodiscard]] http::Response write_answer(const Responder& responder);

/// One definition as an object, with the annotations of that level.
void write_definition(
    JsonWriter& json, const Definition& definition, const Shown& shown, const RenderContext& context
);

}  // namespace rookery::odata::metadata
