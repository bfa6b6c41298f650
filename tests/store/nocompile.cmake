# What must not compile with a Secret: printing, copying, comparing, converting, JSON. The first snippet must
# compile, so that the others fail for the right reason.
file(MAKE_DIRECTORY ${WORK})
set(failures 0)

# check(NAME WANT CODE): WANT is GOOD or BAD.
function(check name want code)
  set(json "")
  if(name MATCHES "json|control")  # it takes seconds to compile
    set(json "#include <nlohmann/json.hpp>")
  endif()
  file(WRITE ${WORK}/${name}.cc "
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
${json}
#include \"store/secret.h\"
using keyrule::store::Secret;
void Take(const std::string&);
void TakeView(std::string_view);
void TakeBytes(std::vector<uint8_t>);
void Use(Secret a, Secret b) {
  (void)a; (void)b;
  ${code}
}
")
  execute_process(COMMAND ${CXX} -std=c++20 -I${ROOT} -fsyntax-only ${WORK}/${name}.cc
                  RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE error)
  if(want STREQUAL GOOD AND NOT result EQUAL 0)
    message(SEND_ERROR "${name} must compile:\n${error}")
  elseif(want STREQUAL BAD AND result EQUAL 0)
    message(SEND_ERROR "${name} must not compile: ${code}")
  endif()
endfunction()

check(control      GOOD "Secret c = std::move(a); a = std::move(c); (void)a.Expose(); (void)a.size();")
check(print        BAD  "std::cout << a;")
check(copy         BAD  "Secret c = a;")
check(assign       BAD  "a = b;")
check(equal        BAD  "(void)(a == b);")
check(order        BAD  "(void)(a < b);")
check(to_bool      BAD  "if (a) return;")
check(to_string    BAD  "Take(a);")
check(to_view      BAD  "TakeView(a);")
check(to_bytes     BAD  "TakeBytes(a);")
check(make_string  BAD  "std::string s(a);")
check(from_text    BAD  "Secret c = \"text\";")
check(from_number  BAD  "Secret c = 5;")
check(to_json      BAD  "nlohmann::json j = a;")
check(json_member  BAD  "nlohmann::json j; j[\"key\"] = a;")
check(iterate      BAD  "for (auto byte : a) (void)byte;")
check(index        BAD  "(void)a[0];")
