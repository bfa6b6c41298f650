# What every target of the project has in common: language level, warnings as errors, hidden symbols, sanitizers.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

# keyrule_batches(NAME): where the preset builds in batches (CMAKE_UNITY_BUILD), says which files are compiled together: those
# with the same digit of their names' digest, so that a file that is added moves no other. Names in anonymous namespaces must
# not stand twice in a batch; whoever adds a file sees at once if one of its own does.
function(keyrule_batches name)
  get_target_property(sources ${name} SOURCES)
  foreach(source IN LISTS sources)
    string(MD5 digest "${source}")
    string(SUBSTRING ${digest} 0 1 digit)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${digit})
  endforeach()
  set_target_properties(${name} PROPERTIES UNITY_BUILD_MODE GROUP)
endfunction()

# keyrule_target(NAME): applies the project's rules to a target.
function(keyrule_target name)
  target_compile_options(${name} PRIVATE -Wall -Wextra -Wpedantic -Wshadow
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> # g++ 12 sees overlaps in std::string (GCC bug 105651)
                         -Wconversion -Wno-sign-conversion -Wno-missing-field-initializers -Werror -fno-omit-frame-pointer)
  keyrule_batches(${name})
  if(KEYRULE_SANITIZE)
    target_compile_options(${name} PRIVATE -fsanitize=${KEYRULE_SANITIZE} -fno-sanitize-recover=all)
    target_link_options(${name} PRIVATE -fsanitize=${KEYRULE_SANITIZE})
  endif()
  if(KEYRULE_FUZZ)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

# keyrule_library(NAME SOURCES…): one static library a folder; includes are written from the project's root.
function(keyrule_library name)
  add_library(${name} STATIC ${ARGN})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  keyrule_target(${name})
  if(KEYRULE_FUZZ)  # by clang, which takes no harm from it
    target_precompile_headers(${name} PRIVATE <algorithm> <functional> <map> <memory> <optional> <set> <span> <string>
                              <string_view> <unordered_map> <utility> <variant> <vector>)
  endif()
endfunction()

# keyrule_hot(NAME): for the libraries that every decision runs through; together a tenth of a decision, measured. g++ 12
# clears 128 bytes and more by `rep stos`, which takes 16 ns where vectors take 4. It loads two words at once that were
# stored one by one a moment ago, for which a processor waits until both have reached its cache. And a frame's pointer
# costs a register: whoever profiles these unwinds by DWARF (`perf record --call-graph dwarf`).
function(keyrule_hot name)
  if(KEYRULE_SANITIZE) # which unwinds by frames
    return()
  endif()
  target_compile_options(${name} PRIVATE -fomit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
    target_compile_options(${name} PRIVATE -mmemset-strategy=vector_loop:512:noalign,libcall:-1:noalign -fno-tree-slp-vectorize)
  endif()
endfunction()

# keyrule_precompile(NAME HEADER…): parses once for a target what nearly all its files include: the usual standard headers and
# those named. A file still includes what it uses: the clang preset builds without. With precompiled headers g++ 12 takes
# some moves of std::string for overruns (GCC bug 105651), so that clang alone looks for those in such a target; hence not
# for the libraries.
function(keyrule_precompile name)
  target_precompile_headers(${name} PRIVATE <algorithm> <functional> <map> <memory> <optional> <set> <span> <string>
                            <string_view> <unordered_map> <utility> <variant> <vector> ${ARGN})
  target_compile_options(${name} PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds> $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overread>)
endfunction()

# keyrule_python_test(NAME FOLDER): runs the pytest files of a folder by CTest, with the command and the library. Python
# itself is not built with a sanitizer: its runtime must be in the process before the library.
function(keyrule_python_test name folder)
  add_test(NAME ${name} COMMAND ${Python3_EXECUTABLE} -B -m pytest -q -p no:cacheprovider ${folder})
  set(environment "KEYRULE_COMMAND=$<TARGET_FILE:keyrule_command>" "KEYRULE_LIBRARY=$<TARGET_FILE:keyrule_plugin>"
                  "KEYRULE_SANITIZE=${KEYRULE_SANITIZE}"
                  "KEYRULE_PROOFS=${PROJECT_BINARY_DIR}/proofs") # not the user's own
  if(KEYRULE_SANITIZE)
    set(runtime libasan.so)
    if(KEYRULE_SANITIZE MATCHES thread)
      set(runtime libtsan.so)
    endif()
    execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=${runtime}
                    OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE)
    list(APPEND environment "LD_PRELOAD=${path}" "ASAN_OPTIONS=detect_leaks=0"
         "PYCRYPTODOME_DISABLE_DEEPBIND=1") # by which its libraries would miss the sanitizer's
  endif()
  set_tests_properties(${name} PROPERTIES ENVIRONMENT "${environment}")
endfunction()
